using Holdfast.Config.Nginx.Schema;
using Holdfast.Config.Nginx.Syntax;

namespace Holdfast.Config.Nginx.Binding;

/// <summary>Checks each directive for itself, in the order of reading.</summary>
internal sealed class TreeChecks(BindContext context)
{
    private bool? _hasTls;
    private IReadOnlyList<NginxDirective>? _top;

    /// <summary>Checks directives and what stands in their blocks.</summary>
    public void Run(IReadOnlyList<NginxDirective> directives)
    {
        _top ??= directives;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (NginxDirective directive in directives)
        {
            if (directive.Spec is { } spec)
            {
                bool isSecond = !seen.Add(directive.Name);
                Support(directive, spec);
                if (isSecond && directive.Name is "http" or "events" or "stream" or "mail" && isSecond)
                {
                    context.Bad(FindingCodes.Duplicate, directive, -1, $"\"{directive.Name}\" directive is duplicate");
                }
                ValueChecks.Check(context, directive, isSecond);
                DirectiveChecks.Check(context, directive);
            }
            if (directive.Opens != NginxContexts.Lines)
            {
                Run(directive.Children);
            }
        }
    }

    private void Support(NginxDirective directive, DirectiveSpec spec)
    {
        switch (spec.Support)
        {
            case SupportClass.Planned when IsTlsWithoutListener(directive):
                context.Findings.ReportOwn(FindingCodes.Cosmetic, directive.Order, directive.Span,
                    $"\"{directive.Name}\" has no effect: nothing listens with \"ssl\"");
                break;
            case SupportClass.Planned when context.Options.IsToRun:
                context.Findings.Report(FindingCodes.NotCarriedOut, directive, directive.Span,
                    $"\"{directive.Name}\" is not carried out by this version", "docs/nginx.md says what is");
                break;
            case SupportClass.Planned:
                context.Planned[directive.Name] = context.Planned.GetValueOrDefault(directive.Name) + 1;
                break;
            case SupportClass.Behaviour:
                context.Findings.ReportOwn(FindingCodes.Behaviour, directive.Order, directive.Span,
                    $"\"{directive.Name}\" of {spec.Module} is not supported, and would be missed");
                break;
            case SupportClass.Security:
                context.Findings.ReportOwn(FindingCodes.Security, directive.Order, directive.Span,
                    $"\"{directive.Name}\" of {spec.Module} is not supported, and protects something");
                break;
            case SupportClass.Cosmetic or SupportClass.Replaced:
                context.Findings.ReportOwn(FindingCodes.Cosmetic, directive.Order, directive.Span,
                    $"\"{directive.Name}\" has no effect", DirectiveAdvice.Of(spec));
                break;
            case SupportClass.Done when UncarriedWords.Find(directive) is { } word:
                if (context.Options.IsToRun)
                {
                    context.Findings.Report(FindingCodes.NotCarriedOut, directive, directive.Span,
                        $"\"{word}\" of \"{directive.Name}\" is not carried out by this version");
                }
                else
                {
                    string name = $"{directive.Name} … {word}";
                    context.Planned[name] = context.Planned.GetValueOrDefault(name) + 1;
                }
                break;
            default:
                break;
        }
    }

    /// <summary>Settings of TLS where no listener of http speaks it do nothing.</summary>
    private bool IsTlsWithoutListener(NginxDirective directive)
        => directive.Name.StartsWith("ssl_", StringComparison.Ordinal) && Families.Of(directive) == "http"
            && !(_hasTls ??= HasTls(_top!));

    private static bool HasTls(IReadOnlyList<NginxDirective> directives) => directives.Any(static one
        => (one.Name == "listen" && one.Words.Skip(2).Any(static word => word.Text is "ssl" or "quic"))
            || HasTls(one.Children));
}
