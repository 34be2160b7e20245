using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.HAProxy.Syntax;

namespace Holdfast.Config.HAProxy.Binding;

/// <summary>Reads <c>log ADDRESS [len N] [format F] [sample R:N] FACILITY [LEVEL [MINLEVEL]]</c>.</summary>
internal sealed class LogLineParser(BindContext context, ValueReader values)
{
    private static readonly string[] s_levels =
        ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];

    private static readonly string[] s_facilities =
    [
        "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "auth2", "ftp", "ntp",
        "audit", "alert", "cron2", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
    ];

    private static readonly string[] s_formats =
        ["local", "rfc3164", "rfc5424", "priority", "short", "timed", "iso", "raw"];

    /// <summary>Reads a line; null, and an error, when it cannot be read.</summary>
    public LogTarget? Parse(Statement statement)
    {
        if (statement.Words.Length < 3)
        {
            context.Error(FindingCodes.MissingArgument, statement.Words[^1],
                "'log' expects an address and a facility, or 'global'");
            return null;
        }
        var target = new LogTarget(statement.Text(1), null, statement.Span);
        int index = 2;
        while (statement.Text(index) is "len" or "format" or "sample" or "profile")
        {
            Word name = statement.Words[index];
            if (index + 1 >= statement.Words.Length)
            {
                context.Error(FindingCodes.MissingArgument, name, $"'{name}' lacks its value");
                return null;
            }
            Word value = statement.Words[index + 1];
            switch (name.Text)
            {
                case "len":
                    target = target with { Length = values.Integer(value, "len", 80, 65_535) ?? target.Length };
                    break;
                case "format":
                    target = target with { Format = values.Choice(value, "format", s_formats) ?? target.Format };
                    break;
                case "sample":
                    target = target with { Sample = value.Text };
                    break;
                default:
                    context.Findings.Report(FindingCodes.NotYet, name.Span, "log profiles are not supported yet",
                        "remove it, or load with --accept-loss to run without it");
                    break;
            }
            index += 2;
        }
        if (values.Argument(statement, index, "a facility") is not { } facility
            || values.Choice(facility, "log", s_facilities) is not { } word)
        {
            return null;
        }
        target = target with { Facility = word };
        index++;
        if (index < statement.Words.Length)
        {
            if (values.Choice(statement.Words[index], "log", s_levels) is not { } level)
            {
                return null;
            }
            target = target with { MaximumLevel = Array.IndexOf(s_levels, level) };
        }
        index++;
        if (index < statement.Words.Length)
        {
            if (values.Choice(statement.Words[index], "log", s_levels) is not { } level)
            {
                return null;
            }
            target = target with { MinimumLevel = Array.IndexOf(s_levels, level) };
        }
        return values.NoMore(statement, index + 1) ? target : null;
    }
}
