namespace Holdfast.Config.Nginx.Schema;

/// <summary>How the words of a directive are read when its table row alone says so.</summary>
public enum DirectiveValue : byte
{
    /// <summary>Read by code of its own.</summary>
    Custom,

    /// <summary><c>on</c> or <c>off</c>.</summary>
    Flag,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>Bytes, with k and m.</summary>
    Size,

    /// <summary>Bytes, with k, m and g.</summary>
    Offset,

    /// <summary>A time in milliseconds.</summary>
    Milliseconds,

    /// <summary>A time in seconds.</summary>
    Seconds,

    /// <summary>One text.</summary>
    Text,

    /// <summary>A text each time that it is given.</summary>
    TextList,

    /// <summary>A name and a value each time that it is given.</summary>
    KeyValue,

    /// <summary>One of several words.</summary>
    Choice,

    /// <summary>Any of several words.</summary>
    Choices,

    /// <summary>A count and a size.</summary>
    Buffers,

    /// <summary>Rights such as <c>user:rw</c>.</summary>
    Access,

    /// <summary>A directory and the lengths of names of directories in it.</summary>
    Path,
}

/// <summary>One directive of one module.</summary>
/// <param name="Family">core, http, stream or mail.</param>
/// <param name="Module">Such as ngx_http_core_module.</param>
/// <param name="Name">The directive.</param>
/// <param name="Contexts">Where it may stand; nothing for what is documented and in no free nginx.</param>
/// <param name="Arguments">How many words may follow the name.</param>
/// <param name="IsBlock">Whether a block follows.</param>
/// <param name="Value">How its words are read.</param>
/// <param name="Default">As documented; empty when there is none.</param>
/// <param name="Since">The version that brought it; empty when it was always there.</param>
/// <param name="Support">What Holdfast does with it.</param>
public sealed record DirectiveSpec(string Family, string Module, string Name, NginxContexts Contexts,
    ArgumentCount Arguments, bool IsBlock, DirectiveValue Value, string Default, string Since, SupportClass Support)
{
    /// <summary>Whether the free nginx does not have it.</summary>
    public bool IsNotFree => Contexts == NginxContexts.None;
}

/// <summary>How many words may follow a directive's name.</summary>
/// <param name="Mask">Bit n: n words may.</param>
/// <param name="AtLeast">So many and more may; -1: only what the mask says.</param>
/// <param name="Text">As the table writes it.</param>
public readonly record struct ArgumentCount(uint Mask, int AtLeast, string Text)
{
    /// <summary>The same for people.</summary>
    public string InWords => Text.Replace(",", " or ", StringComparison.Ordinal);

    /// <summary>Whether a count is right.</summary>
    public bool Allows(int count) => AtLeast >= 0 ? count >= AtLeast : count < 8 && (Mask >> count & 1) != 0;

    /// <summary>Reads "0", "1-2", "0,1-2", "2+", "on|off".</summary>
    internal static ArgumentCount Parse(string text)
    {
        if (text == "on|off")
        {
            return new ArgumentCount(2, -1, text);
        }
        if (text.EndsWith('+'))
        {
            return new ArgumentCount(0, text[0] - '0', text);
        }
        uint mask = 0;
        foreach (string part in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            for (int n = part[0] - '0'; n <= part[^1] - '0'; n++)
            {
                mask |= 1u << n;
            }
        }
        return new ArgumentCount(mask, -1, text);
    }
}
