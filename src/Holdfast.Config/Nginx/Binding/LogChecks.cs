using Holdfast.Config.Nginx.Syntax;
using Holdfast.Config.Nginx.Values;

namespace Holdfast.Config.Nginx.Binding;

/// <summary>The words of <c>access_log</c>.</summary>
internal static class LogChecks
{
    public static void Access(BindContext context, NginxDirective directive)
    {
        if (directive[0] == "off")
        {
            if (directive.Count > 1)
            {
                context.Bad(directive, 1, $"invalid parameter \"{directive[1]}\"", "nothing follows off");
            }
            return;
        }
        if (!directive[0].StartsWith("syslog:", StringComparison.Ordinal))
        {
            _ = context.Text(directive, 0);
        }
        if (directive.Count == 1 && directive.Spec!.Family == "stream")
        {
            context.Bad(FindingCodes.Missing, directive, -1, "log format is not specified",
                "a log_format has to be named behind the path");
            return;
        }
        if (directive.Count > 1 && !IsKnown(directive, directive[1]))
        {
            context.Bad(FindingCodes.Missing, directive, 1, $"unknown log format \"{directive[1]}\"",
                "a log_format of this name has to stand before this line");
            return;
        }
        for (int i = 2; i < directive.Count; i++)
        {
            (string name, string? value) = LineReaders.Split(directive[i]);
            string? problem = (name, value) switch
            {
                ("buffer", not null) => NginxNumbers.TrySize(value, out long bytes) && bytes > 0 ? null
                    : $"invalid buffer size \"{value}\"",
                ("flush", not null) => NginxTimes.TryMilliseconds(value, out TimeSpan time) && time > TimeSpan.Zero
                    ? null : $"invalid flush time \"{value}\"",
                ("gzip", null) => null,
                ("gzip", not null) => NginxNumbers.TryNumber(value, out long level) && level is >= 1 and <= 9 ? null
                    : $"invalid compression level \"{value}\"",
                ("if", not null) => null,
                _ => $"invalid parameter \"{directive[i]}\"",
            };
            if (problem is not null)
            {
                context.Bad(directive, i, problem);
                return;
            }
            if (name == "if")
            {
                _ = context.Text(directive, value!, directive.SpanOf(i));
            }
        }
    }

    private static bool IsKnown(NginxDirective directive, string format)
    {
        if (format == "combined" && directive.Spec!.Family == "http")
        {
            return true;
        }
        NginxDirective? outermost = directive.Parent;
        while (outermost?.Parent is { } parent)
        {
            outermost = parent;
        }
        return outermost is null || outermost.ChildrenOf("log_format")
            .Any(f => f.Count > 0 && f[0] == format && f.Order < directive.Order);
    }
}
