using Holdfast.Config.Nginx.Schema;
using Holdfast.Config.Nginx.Syntax;

namespace Holdfast.Config.Nginx.Binding;

/// <summary>Checks each directive for itself, in the order of reading.</summary>
internal sealed class TreeChecks(BindContext context)
{
    /// <summary>Checks directives and what stands in their blocks.</summary>
    public void Run(IReadOnlyList<NginxDirective> directives)
    {
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
            default:
                break;
        }
    }
}
