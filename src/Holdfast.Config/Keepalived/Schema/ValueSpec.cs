using System.Globalization;

namespace Holdfast.Config.Keepalived.Schema;

/// <summary>Type and range of a keyword's value.</summary>
internal sealed class ValueSpec
{
    public static readonly ValueSpec None = new(ValueKind.None, "");
    public static readonly ValueSpec Switch = new(ValueKind.Switch, "[on|off]");
    public static readonly ValueSpec AnyWord = new(ValueKind.Text, "WORD");
    public static readonly ValueSpec Name = new(ValueKind.Text, "NAME");
    public static readonly ValueSpec FilePath = new(ValueKind.Text, "PATH");
    public static readonly ValueSpec OptionalPath = new(ValueKind.OptionalText, "[PATH]");
    public static readonly ValueSpec Interface = new(ValueKind.Text, "INTERFACE") { IsInterface = true };
    public static readonly ValueSpec OptionalText = new(ValueKind.OptionalText, "[WORD]");
    public static readonly ValueSpec Texts = new(ValueKind.Texts, "WORD…");
    public static readonly ValueSpec OptionalTexts = new(ValueKind.OptionalTexts, "[WORD…]");
    public static readonly ValueSpec Address = new(ValueKind.Address, "ADDRESS");
    public static readonly ValueSpec AddressPort = new(ValueKind.AddressPort, "ADDRESS [PORT]");
    public static readonly ValueSpec Script = new(ValueKind.Script, "COMMAND [USER [GROUP]]");
    public static readonly ValueSpec OptionalScript = new(ValueKind.OptionalScript, "[COMMAND [USER [GROUP]]]");
    public static readonly ValueSpec User = new(ValueKind.User, "USER [GROUP]");
    public static readonly ValueSpec Lines = new(ValueKind.Lines, "{ … }");
    public static readonly ValueSpec Block = new(ValueKind.Block, "{ … }");
    public static readonly ValueSpec NamedBlock = new(ValueKind.NamedBlock, "NAME { … }");
    public static readonly ValueSpec NamedLines = new(ValueKind.NamedLines, "NAME { … }");
    public static readonly ValueSpec ServerBlock = new(ValueKind.ServerBlock, "ADDRESS [PORT] { … }");

    private ValueSpec(ValueKind kind, string syntax, decimal min = 0, decimal max = 0, string[]? words = null)
    {
        Kind = kind;
        Syntax = syntax;
        Min = min;
        Max = max;
        Words = words ?? [];
    }

    public ValueKind Kind { get; }

    /// <summary>As the documentation prints it.</summary>
    public string Syntax { get; }

    /// <summary>Least value, in the unit of the text.</summary>
    public decimal Min { get; }

    /// <summary>Greatest value, in the unit of the text.</summary>
    public decimal Max { get; }

    /// <summary>The words of a choice.</summary>
    public string[] Words { get; }

    /// <summary>Whether upper and lower case mean the same.</summary>
    public bool IgnoresCase { get; private init; }

    /// <summary>Whether the word names an interface.</summary>
    public bool IsInterface { get; private init; }

    /// <summary>Whether <c>{</c> has to follow.</summary>
    public bool OpensBlock => Kind is ValueKind.Block or ValueKind.NamedBlock or ValueKind.ServerBlock
        or ValueKind.Lines or ValueKind.NamedLines;

    /// <summary>Whether the lines in the braces are values rather than keywords.</summary>
    public bool HoldsLines => Kind is ValueKind.Lines or ValueKind.NamedLines;

    public static ValueSpec Integer(long min, long max) => new(ValueKind.Integer, Range("N", min, max), min, max);

    public static ValueSpec OptionalInteger(long min, long max)
        => new(ValueKind.OptionalInteger, $"[{Range("N", min, max)}]", min, max);

    public static ValueSpec Seconds(decimal min, decimal max)
        => new(ValueKind.Seconds, Range("SECONDS", min, max), min, max);

    public static ValueSpec OptionalSeconds(decimal min, decimal max)
        => new(ValueKind.OptionalSeconds, $"[{Range("SECONDS", min, max)}]", min, max);

    public static ValueSpec Milliseconds(decimal min, decimal max)
        => new(ValueKind.Milliseconds, Range("MS", min, max), min, max);

    public static ValueSpec Weight(int min, int max)
        => new(ValueKind.Weight, Range("N", min, max) + " [reverse]", min, max);

    public static ValueSpec Extra(decimal min, decimal max)
        => new(ValueKind.ExtraInterfaces, "[all] " + Range("SECONDS", min, max), min, max);

    public static ValueSpec Pairs(params string[] words)
        => new(ValueKind.Pairs, string.Join(' ', words.Select(w => $"[{w} SECONDS]")), 0, 31 * 86400, words);

    public static ValueSpec Choice(params string[] words)
        => new(ValueKind.Choice, string.Join('|', words), 0, 0, words);

    public static ValueSpec OptionalChoice(params string[] words)
        => new(ValueKind.OptionalChoice, "[" + string.Join('|', words) + "]", 0, 0, words);

    public static ValueSpec AnyCaseChoice(params string[] words)
        => new(ValueKind.Choice, string.Join('|', words), 0, 0, words) { IgnoresCase = true };

    /// <summary>The same with another way to print it.</summary>
    public static ValueSpec Custom(ValueKind kind, string syntax) => new(kind, syntax);

    private static string Range(string unit, decimal min, decimal max)
        => string.Create(CultureInfo.InvariantCulture, $"{unit} {min}..{max}");
}
