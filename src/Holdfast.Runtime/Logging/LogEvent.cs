using System.Text.Json;

namespace Holdfast.Runtime.Logging;

/// <summary>What a message is about, as fields of its JSON line; other forms show the message alone.</summary>
/// <remarks>A message with an event is a fact that must be logged each time: it never counts as a repeat.</remarks>
/// <param name="name">The event in snake_case, such as "transition". Stable: operators alert on it.</param>
public sealed class LogEvent(string name)
{
    private readonly List<(string Key, string? Text, long Number)> _fields = [];

    /// <summary>Name of the event.</summary>
    public string Name => name;

    /// <summary>Adds a text; null is left out.</summary>
    public LogEvent With(string key, string? text)
    {
        if (text is not null)
        {
            _fields.Add((key, text, 0));
        }
        return this;
    }

    /// <summary>Adds a number.</summary>
    public LogEvent With(string key, long number)
    {
        _fields.Add((key, null, number));
        return this;
    }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteString("event", name);
        foreach ((string key, string? text, long number) in _fields)
        {
            if (text is null)
            {
                json.WriteNumber(key, number);
            }
            else
            {
                json.WriteString(key, text.Length > LogLine.TextMax ? text[..LogLine.TextMax] : text);
            }
        }
    }
}
