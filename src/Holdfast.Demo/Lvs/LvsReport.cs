using System.Buffers;
using System.Text;
using System.Text.Json;
using Holdfast.Linux;
using Holdfast.Primitives;

namespace Holdfast.Demo.Lvs;

/// <summary>What the play in the guest tells the view on the host: one JSON object a line, on standard output.
/// </summary>
internal sealed class LvsReport
{
    /// <summary>Begins every line; the guest's kernel writes to the same console.</summary>
    internal const string Mark = "@lvs ";

    private readonly Lock _gate = new();
    private readonly Stream _output = Console.OpenStandardOutput();
    private readonly MonotonicTime _start = MonotonicClock.Now;

    /// <summary>A scene begins.</summary>
    internal void Scene(string title) => Write("scene", writer => writer.WriteString("text", title));

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
    internal void Look(LvsLook look) => Write("look", look.Write);

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
        byte[] line = [.. Encoding.ASCII.GetBytes(Mark), .. buffer.WrittenSpan, (byte)'\n'];
        lock (_gate)
        {
            _output.Write(line);
            _output.Flush();
        }
    }
}
