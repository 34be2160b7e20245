using System.Buffers;
using System.Text;
using System.Text.Json;
using Holdfast.Linux;
using Holdfast.Primitives;

namespace Holdfast.Demo.Traffic;

/// <summary>What the play tells the view: one JSON object a line, which a guest writes to its standard output.
/// </summary>
/// <param name="tell">Takes a line, without its end.</param>
internal sealed class PlayReport(Action<string> tell)
{
    /// <summary>Begins every line; a guest's kernel writes to the same console.</summary>
    internal const string Mark = "@play ";

    private readonly Lock _gate = new();
    private readonly MonotonicTime _start = MonotonicClock.Now;

    /// <summary>A scene begins.</summary>
    internal void Scene(string title) => Write("scene", writer => writer.WriteString("text", title));

    /// <summary>It has become clear what carries the services out, and why that.</summary>
    internal void Plane(string text) => Write("plane", writer => writer.WriteString("text", text));

    /// <summary>Something has happened.</summary>
    /// <param name="node">Where.</param>
    /// <param name="text">What.</param>
    /// <param name="time">When; null: now.</param>
    internal void Event(string node, string text, MonotonicTime? time = null) => Write("event", writer =>
    {
        writer.WriteString("node", node);
        writer.WriteString("text", text);
    }, time);

    /// <summary>Something has been measured.</summary>
    internal void Result(SceneResult result) => Write("result", writer =>
    {
        writer.WriteString("title", result.Title);
        writer.WriteString("outcome", result.Outcome);
        writer.WriteNumber("failed", result.LostCount);
        writer.WriteNumber("milliseconds", result.Blackout.TotalMilliseconds);
    });

    /// <summary>How things stand.</summary>
    internal void Look(PlayLook look) => Write("look", look.Write);

    /// <summary>The play is over.</summary>
    /// <param name="failure">What was not as it should be; null: all was.</param>
    internal void End(string? failure) => Write("end", writer => writer.WriteString("failure", failure));

    private void Write(string kind, Action<Utf8JsonWriter> body, MonotonicTime? time = null)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("kind", kind);
            writer.WriteNumber("at", ((time ?? MonotonicClock.Now) - _start).TotalSeconds);
            body(writer);
            writer.WriteEndObject();
        }
        string line = Mark + Encoding.UTF8.GetString(buffer.WrittenSpan);
        lock (_gate)
        {
            tell(line);
        }
    }
}
