using System.Text.Json;
using Holdfast.Linux;
using Holdfast.Primitives;

namespace Holdfast.Demo.Traffic;

/// <summary>What the play has told so far: its thread, or the guest's console's, writes it, the view reads it.
/// </summary>
internal sealed class PlayState
{
    private const int LooksMax = 600;
    private readonly Lock _gate = new();
    private readonly List<PlayLook> _looks = [];
    private MonotonicTime? _origin;

    /// <summary>Events and results.</summary>
    internal DemoState Demo { get; } = new();

    /// <summary>What carries the services out, and why that; empty while it is not known, or goes without saying.
    /// </summary>
    internal string Plane { get; private set; } = "";

    /// <summary>How the play has ended; null while it has not.</summary>
    internal PlayEnd? End { get; private set; }

    /// <summary>How things stood, oldest first; the newest is last.</summary>
    internal IReadOnlyList<PlayLook> Looks
    {
        get
        {
            lock (_gate)
            {
                return [.. _looks];
            }
        }
    }

    /// <summary>Takes a line of the guest's console; what is not the play's is passed over.</summary>
    internal void Take(string line)
    {
        if (!line.StartsWith(PlayReport.Mark, StringComparison.Ordinal))
        {
            return;
        }
        try
        {
            using var document = JsonDocument.Parse(line.AsMemory(PlayReport.Mark.Length));
            Take(document.RootElement);
        }
        catch (JsonException)
        {
            // Torn by a message of the guest's kernel.
        }
    }

    private void Take(JsonElement told)
    {
        // The guest's clock is its own; both run at the same speed.
        var offset = TimeSpan.FromSeconds(told.GetProperty("at").GetDouble());
        MonotonicTime origin = _origin ??= MonotonicClock.Now - offset;
        switch (told.GetProperty("kind").GetString())
        {
            case "scene":
                Demo.Begin(told.GetProperty("text").GetString()!);
                break;
            case "plane":
                Plane = told.GetProperty("text").GetString()!;
                break;
            case "event":
                Demo.Log(told.GetProperty("node").GetString()!, told.GetProperty("text").GetString()!,
                    origin + offset);
                break;
            case "result":
                Demo.Add(new(told.GetProperty("title").GetString()!, told.GetProperty("outcome").GetString()!,
                    told.GetProperty("failed").GetInt32(),
                    TimeSpan.FromMilliseconds(told.GetProperty("milliseconds").GetDouble())));
                break;
            case "look":
                lock (_gate)
                {
                    _looks.Add(PlayLook.Read(told));
                    _looks.RemoveRange(0, Math.Max(0, _looks.Count - LooksMax));
                }
                break;
            case "end":
                End = new(told.GetProperty("failure").GetString());
                break;
            default:
                break;
        }
    }
}

/// <summary>The end of the play.</summary>
/// <param name="Failure">What was not as it should be; null: all was.</param>
internal sealed record PlayEnd(string? Failure);
