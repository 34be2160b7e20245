using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Holdfast.Runtime.Doctor;
using Holdfast.Terminal;

namespace Holdfast.Commands;

/// <summary>What the doctor found: what is bad first, each with what to type.</summary>
internal static class DoctorView
{
    private const int MarkWidth = 2;

    internal static void Print(IReadOnlyList<DoctorFinding> findings, string? file, bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(Json(findings, file));
            return;
        }
        Page page = Page.ForOutput();
        Write(page, findings, file);
        page.Print();
    }

    internal static void Write(Page page, IReadOnlyList<DoctorFinding> findings, string? file)
    {
        page.Line(page.Paint(Tone.Strong, "Holdfast doctor") + (file is null ? "" : $"  {file}")).Line();
        foreach (DoctorFinding finding in findings.OrderByDescending(static f => f.Verdict))
        {
            (string mark, Tone tone) = finding.Verdict switch
            {
                DoctorVerdict.Bad => ("✗", Tone.Bad),
                DoctorVerdict.Note => ("!", Tone.Warning),
                _ => ("✓", Tone.Good),
            };
            page.Item(0, mark, MarkWidth, finding.Text, finding.Verdict == DoctorVerdict.Bad ? Tone.Bad : Tone.Plain, tone);
            if (finding.Remedy is not null)
            {
                page.Item(MarkWidth, "→", 2, finding.Remedy, Tone.Strong, Tone.Faint);
            }
        }
        int bad = findings.Count(static f => f.Verdict == DoctorVerdict.Bad);
        int notes = findings.Count(static f => f.Verdict == DoctorVerdict.Note);
        page.Line().Line(bad == 0
            ? page.Paint(Tone.Good, "Healthy") + (notes == 0 ? "" : string.Create(CultureInfo.InvariantCulture,
                $", with {notes} {(notes == 1 ? "note" : "notes")}"))
            : page.Paint(Tone.Bad, string.Create(
                CultureInfo.InvariantCulture, $"{bad} {(bad == 1 ? "problem" : "problems")}")));
    }

    private static string Json(IReadOnlyList<DoctorFinding> findings, string? file)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteString("file", file);
            writer.WriteBoolean("healthy", findings.All(static f => f.Verdict != DoctorVerdict.Bad));
            writer.WriteStartArray("findings");
            foreach (DoctorFinding finding in findings)
            {
                writer.WriteStartObject();
                writer.WriteString("check", finding.Check);
                writer.WriteString("verdict", finding.Verdict.ToString().ToLowerInvariant());
                writer.WriteString("text", finding.Text);
                if (finding.Remedy is not null)
                {
                    writer.WriteString("remedy", finding.Remedy);
                }
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
