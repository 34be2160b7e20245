using System.Collections.Immutable;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.HAProxy.Schema;
using Holdfast.Config.HAProxy.Syntax;

namespace Holdfast.Config.HAProxy.Binding;

/// <summary>Reads <c>errorfile errorloc errorloc302 errorloc303 http-error</c>.</summary>
internal static class ErrorPageLine
{
    /// <summary>
    /// The pages of a line; none, and an error, when it cannot be read. Those of <c>errorfiles</c> name a section,
    /// which need not have them.
    /// </summary>
    public static ImmutableArray<ErrorPageModel> Parse(Parsers parse, Statement statement, SamplePlaces places)
    {
        ValueReader values = parse.Values;
        string keyword = statement.Keyword.Text;
        if (keyword == "http-error")
        {
            return parse.Actions.HttpError(statement, 1, places) is { } page ? [page] : [];
        }
        if (keyword == "errorfiles")
        {
            if (values.Argument(statement, 1, "the name of an http-errors section") is not { } section)
            {
                return [];
            }
            int[] named = [.. statement.Words.Skip(2).Select(word => Status(parse, word)).OfType<int>()];
            return [.. (named.Length > 0 ? named : ActionParser.PageStatuses).Select(status => new ErrorPageModel(
                status, new ReplyModel(status, ReplyBody.ErrorSection, statement.Span) { Source = section.Text }, null,
                0, null, statement.Span))];
        }
        if (values.Argument(statement, 1, "a status") is not { } code || values.Argument(statement, 2, keyword
            == "errorfile" ? "a file" : "a location") is not { } target || Status(parse, code) is not { } status)
        {
            return [];
        }
        if (keyword != "errorfile")
        {
            return [new ErrorPageModel(status, null, target.Text, keyword == "errorloc303" ? 303 : 302, null,
                statement.Span)];
        }
        return parse.Context.ReadFile(target, target.Text) is { } text
            ? [new ErrorPageModel(status, null, null, 0, text, statement.Span)] : [];
    }

    private static int? Status(Parsers parse, Word word)
    {
        int? status = parse.Values.Integer(word, "a status", 100, 999);
        if (status is { } code && !ActionParser.PageStatuses.Contains(code))
        {
            parse.Context.Error(FindingCodes.BadNumber, word, $"status code '{word}' is not handled; it is one of "
                + string.Join(", ", ActionParser.PageStatuses));
            return null;
        }
        return status;
    }
}
