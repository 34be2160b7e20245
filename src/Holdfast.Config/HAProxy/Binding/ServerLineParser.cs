using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.HAProxy.Schema;
using Holdfast.Config.HAProxy.Syntax;

namespace Holdfast.Config.HAProxy.Binding;

/// <summary>Reads <c>server</c>, <c>server-template</c> and <c>default-server</c> lines.</summary>
internal sealed partial class ServerLineParser(
    BindContext context, ValueReader values, EndpointParser endpoints, ExpressionParser expressions)
{
    private const EndpointRules Rules =
        EndpointRules.MayHavePort | EndpointRules.MayBeOffset | EndpointRules.MayBeLocal;

    /// <summary>What a backend has before any default-server line.</summary>
    public static ServerModel Initial(Statement place)
        => new("", new EndpointModel(EndpointKind.Inet, "", place.Span), place.Span);

    /// <summary>Applies a default-server line.</summary>
    public ServerModel ParseDefaults(Statement statement, ServerModel defaults)
        => Options(statement, 1, defaults, isDefault: true);

    /// <summary>Reads a server line; null when it has no name or address.</summary>
    public ServerModel? Parse(Statement statement, ServerModel defaults)
    {
        if (statement.Words.Length < 3)
        {
            context.Error(FindingCodes.MissingArgument, statement.Words[^1],
                "'server' expects a name and an address as arguments");
            return null;
        }
        values.Name(statement.Words[1], "server name");
        EndpointModel? endpoint = endpoints.Parse(statement.Words[2], Rules, "server");
        ServerModel server = defaults with
        {
            Name = statement.Text(1),
            Endpoint = endpoint ?? new EndpointModel(EndpointKind.Inet, "", statement.Words[2].Span),
            Span = statement.Span,
        };
        return Options(statement, 3, server, isDefault: false);
    }

    /// <summary>Reads a server-template line: as many servers as it has slots.</summary>
    public IEnumerable<ServerModel> ParseTemplate(Statement statement, ServerModel defaults)
    {
        if (statement.Words.Length < 4)
        {
            context.Error(FindingCodes.MissingArgument, statement.Words[^1],
                "'server-template' expects a prefix, a number or range, and an address as arguments");
            yield break;
        }
        string[] range = statement.Text(2).Split('-');
        int last = 0;
        if (range.Length > 2 || !int.TryParse(range[0], out int first)
            || (range.Length == 2 && !int.TryParse(range[1], out last)))
        {
            context.Error(FindingCodes.BadNumber, statement.Words[2], $"'{statement.Words[2]}' is no number or range");
            yield break;
        }
        (first, last) = range.Length == 1 ? (1, first) : (first, last);
        if (first < 1 || last < first || last - first > 65_535)
        {
            context.Error(FindingCodes.BadNumber, statement.Words[2], $"'{statement.Words[2]}' is no number or range");
            yield break;
        }
        values.Name(statement.Words[1], "server name");
        EndpointModel? endpoint = endpoints.Parse(statement.Words[3], Rules, "server-template");
        if (endpoint is null)
        {
            yield break;
        }
        ServerModel server = Options(statement, 4,
            defaults with { Endpoint = endpoint, Span = statement.Span, IsFromTemplate = true }, isDefault: false);
        for (int i = first; i <= last; i++)
        {
            yield return server with { Name = string.Create(null, $"{statement.Text(1)}{i}") };
        }
    }

    private ServerModel Options(Statement statement, int index, ServerModel server, bool isDefault)
    {
        for (; index < statement.Words.Length; index++)
        {
            Word name = statement.Words[index];
            if (KeywordTable.Find(KeywordGroup.Server, name.Text) is not { } spec)
            {
                context.Error(FindingCodes.UnknownKeyword, name,
                    (isDefault ? "default-server" : $"'server {server.Name}'") + $": unknown keyword '{name}'", null,
                    KeywordTable.Nearest(KeywordGroup.Server, name.Text));
                return server;
            }
            context.Support(spec, name.Span, $"server option {name}");
            if (isDefault && name.Text == "id")
            {
                context.Error(FindingCodes.MisplacedKeyword, name, "'id' cannot stand on a default-server line");
                return server;
            }
            Word? value = null;
            if (LineOptions.ArgumentsOf(KeywordGroup.Server, name.Text) > 0)
            {
                if (++index >= statement.Words.Length)
                {
                    context.Error(FindingCodes.MissingArgument, name, $"'{name}' lacks its value");
                    return server;
                }
                value = statement.Words[index];
            }
            server = name.Text == "source" ? server with { Source = Source(statement, ref index) }
                : Apply(server, name, value);
        }
        return server;
    }

    /// <summary>Reads <c>source ADDRESS [usesrc X | interface Y]</c>.</summary>
    /// <param name="statement">The line.</param>
    /// <param name="index">Index of the address; afterwards of the last word that belongs to it.</param>
    public SourceAddressModel? Source(Statement statement, ref int index)
    {
        Word word = statement.Words[index];
        EndpointModel? endpoint = endpoints.Parse(word,
            EndpointRules.MayHavePort | EndpointRules.MayBeRange, "source");
        string? useSource = null, interfaceName = null;
        SampleExpression? field = null;
        while (index + 1 < statement.Words.Length && statement.Text(index + 1) is "usesrc" or "interface")
        {
            bool isInterface = statement.Text(index + 1) == "interface";
            if (index + 2 >= statement.Words.Length)
            {
                context.Error(FindingCodes.MissingArgument, statement.Words[index + 1],
                    $"'{statement.Words[index + 1]}' lacks its value");
                index = statement.Words.Length - 1;
                break;
            }
            index += 2;
            (useSource, interfaceName) = isInterface ? (useSource, statement.Text(index))
                : (statement.Text(index), interfaceName);
            if (!isInterface && useSource!.StartsWith("hdr_ip(", StringComparison.Ordinal))
            {
                int at = 0;
                field = expressions.ParseFor(
                    [statement.Words[index]], ref at, SamplePlaces.BackendHttpRequest, "usesrc");
            }
        }
        return endpoint is null ? null : new SourceAddressModel(endpoint, word.Span)
        {
            UseSource = useSource,
            Field = field,
            Interface = interfaceName,
        };
    }
}
