using System.Collections.Immutable;
using System.Globalization;
using Holdfast.Config.Nginx;
using Holdfast.Config.Nginx.Model;
using Holdfast.Config.Nginx.Syntax;
using Holdfast.Linux.Processes;
using Holdfast.Primitives;
using Holdfast.Runtime.Web;

namespace Holdfast.Nginx;

/// <summary>What is wrong with a file on this host: its user, and whether that can be taken.</summary>
/// <param name="Diagnostics">The findings.</param>
/// <param name="OriginalLines">The same as nginx writes them.</param>
internal sealed record HostFindings(ImmutableArray<Diagnostic> Diagnostics, ImmutableArray<string> OriginalLines)
{
    private const string CommandLine = "command line";
    // As Holdfast.Config lists them.
    private const string NotFound = "NX0113";
    private const string WithoutRights = "NX0124";

    /// <summary>Looks at a file that was read.</summary>
    internal static HostFindings Of(NginxParseResult parsed)
    {
        NginxDirective? user = parsed.Directives.FirstOrDefault(static one => one.Name == "user");
        MainSettings main = parsed.Model.Main;
        if (user is null)
        {
            return new HostFindings([], []);
        }
        if (OwnProcess.EffectiveUid != 0)
        {
            return One(user, WithoutRights, Severity.Warning, "the \"user\" directive makes sense only if the master "
                + "process runs with super-user privileges, ignored");
        }
        return WebIdentity.Find(main, out _, out _) is { } problem
            ? One(user, NotFound, Severity.Error, problem) : new HostFindings([], []);
    }

    private static HostFindings One(NginxDirective directive, string code, Severity severity, string message)
    {
        string place = directive.File == CommandLine ? CommandLine
            : string.Create(CultureInfo.InvariantCulture, $"{directive.File}:{directive.EndLine}");
        string level = severity == Severity.Error ? "emerg" : "warn";
        return new HostFindings(
            [new Diagnostic(code, severity, directive.Span, message)], [$"[{level}] {message} in {place}"]);
    }
}
