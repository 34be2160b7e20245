using System.Text;
using System.Text.Json;
using Holdfast.Primitives;

namespace Holdfast.Config.Text;

/// <summary>Writes findings for programs: <c>{"diagnostics":[…],"errors":n,"warnings":n,"notes":n}</c>.</summary>
public static class JsonRenderer
{
    /// <summary>All findings as one JSON object, UTF-8.</summary>
    public static string Render(IReadOnlyCollection<Diagnostic> diagnostics)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            Write(writer, diagnostics);
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>The same into a writer of the caller's.</summary>
    public static void Write(Utf8JsonWriter writer, IReadOnlyCollection<Diagnostic> diagnostics)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("diagnostics");
        foreach (Diagnostic diagnostic in diagnostics)
        {
            WriteOne(writer, diagnostic);
        }
        writer.WriteEndArray();
        writer.WriteNumber("errors", diagnostics.Count(static d => d.Severity == Severity.Error));
        writer.WriteNumber("warnings", diagnostics.Count(static d => d.Severity == Severity.Warning));
        writer.WriteNumber("notes", diagnostics.Count(static d => d.Severity == Severity.Note));
        writer.WriteEndObject();
    }

    private static void WriteOne(Utf8JsonWriter writer, Diagnostic diagnostic)
    {
        writer.WriteStartObject();
        writer.WriteString("code", diagnostic.Code);
        writer.WriteString("severity", diagnostic.Severity switch
        {
            Severity.Error => "error",
            Severity.Warning => "warning",
            _ => "note",
        });
        WritePlace(writer, diagnostic.Span);
        writer.WriteString("message", diagnostic.Message);
        if (diagnostic.Help is not null)
        {
            writer.WriteString("help", diagnostic.Help);
        }
        if (diagnostic.Suggestion is not null)
        {
            writer.WriteString("suggestion", diagnostic.Suggestion);
        }
        writer.WriteStartArray("related");
        foreach (RelatedPlace place in diagnostic.Related)
        {
            writer.WriteStartObject();
            WritePlace(writer, place.Span);
            writer.WriteString("message", place.Message);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStartArray("includedFrom");
        for (SourceSpan? from = diagnostic.Span.IncludedFrom; from is not null; from = from.IncludedFrom)
        {
            writer.WriteStartObject();
            WritePlace(writer, from);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WritePlace(Utf8JsonWriter writer, SourceSpan span)
    {
        writer.WriteString("file", span.File);
        writer.WriteNumber("line", span.Line);
        writer.WriteNumber("column", span.Column);
        writer.WriteNumber("length", span.Length);
    }
}
