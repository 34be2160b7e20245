using Holdfast.Config.Nginx.Syntax;
using Holdfast.Config.Nginx.Values;

namespace Holdfast.Config.Nginx.Binding;

/// <summary>The words of <c>limit_req</c> and <c>limit_conn</c>.</summary>
internal static class LimitChecks
{
    public static void Request(BindContext context, NginxDirective directive)
    {
        bool hasZone = false;
        for (int i = 0; i < directive.Count; i++)
        {
            (string name, string? value) = LineReaders.Split(directive[i]);
            bool isNumber = NginxNumbers.TryNumber(value, out long number) && number > 0;
            string? problem = (name, value) switch
            {
                ("zone", not null) => null,
                ("burst", not null) => isNumber ? null : $"invalid burst value \"{directive[i]}\"",
                ("delay", not null) => isNumber ? null : $"invalid delay value \"{directive[i]}\"",
                ("nodelay", null) => null,
                _ => $"invalid parameter \"{directive[i]}\"",
            };
            if (problem is not null)
            {
                context.Bad(directive, i, problem, "zone=name burst=5 nodelay");
                return;
            }
            hasZone |= name == "zone";
        }
        if (!hasZone)
        {
            context.Bad(FindingCodes.Missing, directive, -1, "\"limit_req\" must have \"zone\" parameter");
        }
        else if (Same(directive, static d => LineReaders.RequestLimit(d)?.Zone))
        {
            context.Bad(FindingCodes.Duplicate, directive, -1, "\"limit_req\" directive is duplicate");
        }
    }

    public static void Connection(BindContext context, NginxDirective directive)
    {
        if (Same(directive, static d => d[0]))
        {
            context.Bad(FindingCodes.Duplicate, directive, -1, "\"limit_conn\" directive is duplicate");
        }
        else if (!NginxNumbers.TryNumber(directive[1], out long most) || most == 0)
        {
            context.Bad(directive, 1, $"invalid number of connections \"{directive[1]}\"");
        }
        else if (most > 65535)
        {
            context.Bad(directive, 1, "connection limit must be less 65536");
        }
    }

    /// <summary>Whether the block has a line for the same zone before this one.</summary>
    private static bool Same(NginxDirective directive, Func<NginxDirective, string?> zone)
        => directive.Parent is { } block && block.ChildrenOf(directive.Name).TakeWhile(d => d != directive)
            .Any(d => zone(d) == zone(directive));
}
