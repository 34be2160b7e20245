using System.Globalization;
using System.Text.Json;
using Holdfast.Terminal;

namespace Holdfast.Commands;

/// <summary>Words and numbers of a status as a person reads them.</summary>
internal static class StatusText
{
    /// <summary>A length of time with the precision that matters.</summary>
    internal static string Duration(long milliseconds)
    {
        TimeSpan span = TimeSpan.FromMilliseconds(Math.Max(0, milliseconds));
        return span.TotalSeconds < 10 ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.00} s")
            : span.TotalSeconds < 60 ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.0} s")
            : span.TotalHours < 1 ? string.Create(CultureInfo.InvariantCulture, $"{span.Minutes} min {span.Seconds} s")
            : span.TotalDays < 1 ? string.Create(CultureInfo.InvariantCulture, $"{span.Hours} h {span.Minutes} min")
            : string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalDays} d {span.Hours} h");
    }

    /// <summary>A setting as it may stand in a file: "5 s", "0.5 s".</summary>
    internal static string Span(long milliseconds)
        => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000.0:0.###} s");

    /// <summary>How long a probe took: "340 µs", "1.2 ms", "5.00 s".</summary>
    internal static string Took(long microseconds)
        => microseconds < 1000 ? string.Create(CultureInfo.InvariantCulture, $"{microseconds} µs")
            : microseconds < 1_000_000 ? string.Create(CultureInfo.InvariantCulture, $"{microseconds / 1000.0:0.0} ms")
            : Duration(microseconds / 1000);

    /// <summary>The time of day some time ago; with the date when that is another day.</summary>
    /// <param name="now">The present in local time.</param>
    /// <param name="millisecondsAgo">How long ago.</param>
    internal static string Clock(DateTimeOffset now, long millisecondsAgo)
    {
        DateTimeOffset at = now - TimeSpan.FromMilliseconds(millisecondsAgo);
        return at.ToString(
            at.Date == now.Date ? "HH:mm:ss" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    }

    /// <summary>"active" as "Active".</summary>
    internal static string Role(string name)
        => name.Length == 0 ? "" : char.ToUpperInvariant(name[0]) + name[1..];

    internal static Tone ToneOf(string role) => role switch
    {
        "active" => Tone.Good,
        "backup" => Tone.Calm,
        "fault" => Tone.Bad,
        _ => Tone.Faint,
    };

    internal static string Text(JsonElement element, string name)
        => element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()! : "";

    internal static long Number(JsonElement element, string name, long absent = 0)
        => element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number
            ? (long)value.GetDouble() : absent;

    internal static bool Flag(JsonElement element, string name)
        => element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;

    /// <summary>The elements of an array; none when it is absent.</summary>
    internal static IEnumerable<JsonElement> List(JsonElement element, string name)
        => element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray() : [];

    internal static string Signed(long number)
        => number < 0 ? string.Create(CultureInfo.InvariantCulture, $"−{-number}")
            : string.Create(CultureInfo.InvariantCulture, $"+{number}");

    internal static string Plain(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>How a check stands, with what it takes to turn.</summary>
    internal static string Check(JsonElement check, bool withState = true)
    {
        string state = Text(check, "state");
        if (state == "ignored")
        {
            return "ignored: it cannot or must not be run, see the log";
        }
        string last = Text(check, "last_result");
        long next = Number(check, "next_run_ms", -1);
        return (withState ? state + ": " : "") + (last.Length > 0 ? $"last run {last}" : "no run has ended yet")
            + (state == "unknown" ? "" : $", {Turn(check)}")
            + (next >= 0 ? $", next run in {Duration(next)}" : "");
    }

    /// <summary>"1 of 3 failures in a row so far", or what it would take.</summary>
    private static string Turn(JsonElement check)
    {
        long against = Number(check, "against_in_a_row");
        long needed = Number(check, "needed_in_a_row");
        string what = Text(check, "state") == "up" ? "failure" : "success";
        string many = what == "success" ? "successes" : "failures";
        string noun = needed == 1 ? what : many;
        return against > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{against} of {needed} {noun} in a row so far")
            : string.Create(
                CultureInfo.InvariantCulture, $"turns after {needed} {noun}{(needed > 1 ? " in a row" : "")}");
    }
}
