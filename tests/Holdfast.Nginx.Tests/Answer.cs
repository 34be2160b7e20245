namespace Holdfast.Nginx.Tests;

/// <summary>An answer of the original, taken apart.</summary>
/// <param name="text">All of it.</param>
internal sealed class Answer(string text)
{
    private readonly int _body = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);

    internal int Status => int.Parse(text.AsSpan(9, 3), null);

    internal string Body => text[(_body + 4)..];

    /// <summary>The first field of a name; null: there is none.</summary>
    internal string? this[string name] => All(name).FirstOrDefault();

    /// <summary>The fields of a name, joined by ", ".</summary>
    internal IEnumerable<string> All(string name) => text[.._body].Split("\r\n").Skip(1)
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 1)..].Trim());

    public override string ToString() => text;
}
