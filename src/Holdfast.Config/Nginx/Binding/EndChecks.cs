using Holdfast.Config.Nginx.Model;
using Holdfast.Config.Nginx.Syntax;
using Holdfast.Config.Nginx.Values;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Nginx.Binding;

/// <summary>What is known only when all has been read: relations between directives.</summary>
internal sealed class EndChecks(BindContext context, ConfigReader reader)
{
    /// <summary>Checks the model.</summary>
    public void Run(NginxModel model)
    {
        if (model.Stream is { } stream)
        {
            StreamChecks.Run(
                context, reader.Top.First(static d => d.Name == "stream" && d.Spec is not null), stream);
        }
        // In the order in which the original does it when the http block has ended.
        if (model.Http is { } http)
        {
            NginxDirective block = reader.Top.First(static d => d.Name == "http" && d.Spec is not null);
            new MergeChecks(context, block).Run(http);
            ReferenceChecks.Run(context, block, http);
            var listens = new ListenChecks(context, block);
            listens.Run(http);
            listens.CheckCertificates();
            Variables();
            listens.CheckNames();
        }
        else
        {
            Variables();
        }
        if (!reader.Top.Any(static d => d.Name == "events"))
        {
            context.Findings.ReportOwn(FindingCodes.NoEvents, reader.EndOrder + 1,
                new SourceSpan(reader.Paths.Count > 0 ? reader.Paths[0] : "", 1, 1, 0),
                "the file has no events block, without which the original does not start");
        }
        if (context.Planned.Count > 0)
        {
            string names = string.Join(", ", context.Planned.Select(
                static p => p.Value > 1 ? $"{p.Key} ({p.Value} times)" : p.Key));
            context.Findings.ReportOwn(FindingCodes.Planned, reader.EndOrder + 2,
                new SourceSpan(reader.Paths.Count > 0 ? reader.Paths[0] : "", 1, 1, 0),
                $"not carried out yet: {names}", "docs/nginx.md says what is");
        }
    }

    private void Variables()
    {
        var reported = new HashSet<(string, string)>();
        foreach ((string family, string name, SourceSpan span) in context.UsedVariables)
        {
            if (context.IsDefined(family, name) || !reported.Add((family, name)))
            {
                continue;
            }
            string? nearest = NearestWord.Find(name, VariableTable.Names(family).Concat(context.DefinedNames(family)));
            context.Findings.ReportLater(FindingCodes.BadVariable, EndOf(family), span,
                $"unknown \"{name}\" variable", $"unknown \"{name}\" variable",
                nearest is null ? null : $"did you mean \"${nearest}\"?");
        }
    }

    private int EndOf(string family)
        => reader.Top.FirstOrDefault(d => d.Name == family && d.Spec is not null)?.EndOrder ?? reader.EndOrder;
}
