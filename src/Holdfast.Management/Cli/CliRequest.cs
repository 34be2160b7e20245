using System.Collections.Immutable;

namespace Holdfast.Management.Cli;

/// <summary>One command of one connection.</summary>
/// <param name="Session">The connection.</param>
/// <param name="Words">The command's words, those that name it included.</param>
/// <param name="Payload">What stood in the lines behind <c>&lt;&lt;</c>; null: nothing was announced.</param>
public sealed record CliRequest(CliSession Session, ImmutableArray<string> Words, string? Payload)
{
    /// <summary>A word by its place; empty where the command has fewer.</summary>
    internal string this[int index] => index < Words.Length ? Words[index] : "";

    /// <summary>An answer that tells of a fault.</summary>
    internal IEnumerable<string> Error(string text) => [Session.Grave(3, "err", text)];

    /// <summary>An answer that only informs.</summary>
    internal IEnumerable<string> Notice(string text) => [Session.Grave(5, "notice", text)];

    /// <summary>An answer that was asked for.</summary>
    internal IEnumerable<string> Info(string text) => [Session.Grave(6, "info", text)];

    /// <summary>An answer without severity.</summary>
    internal static IEnumerable<string> Text(string text) => [text];

    /// <summary>Nothing but the empty line that ends each answer.</summary>
    internal static IEnumerable<string> Done { get; } = [];

    /// <summary>Refuses below a level.</summary>
    /// <returns>The answer; null: the connection may.</returns>
    internal IEnumerable<string>? Refuse(CliLevel level)
        => Session.Level >= level ? null : Error("Permission denied\n");
}
