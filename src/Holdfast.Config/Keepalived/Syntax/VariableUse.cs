namespace Holdfast.Config.Keepalived.Syntax;

/// <summary>A use of a name in a line: <c>${NAME}</c>, <c>${NAME args}</c> or <c>$NAME</c>.</summary>
internal readonly record struct VariableUse(int Start, int Length, string Name, string Arguments)
{
    /// <summary>Finds the next use at or after an index.</summary>
    public static bool TryFind(string text, int from, out VariableUse use)
    {
        for (int i = text.IndexOf('$', from); i >= 0; i = text.IndexOf('$', i + 1))
        {
            if (TryReadBraced(text, i, out use) || TryReadBare(text, i, out use))
            {
                return true;
            }
        }
        use = default;
        return false;
    }

    private static bool TryReadBraced(string text, int at, out VariableUse use)
    {
        use = default;
        if (at + 2 >= text.Length || text[at + 1] != '{' || !Definition.IsNameStart(text[at + 2]))
        {
            return false;
        }
        int close = text.IndexOf('}', at);
        int end = Definition.NameEnd(text, at + 2);
        if (close < 0 || (end != close && text[end] is not (' ' or '\t')))
        {
            return false;
        }
        use = new VariableUse(at, close + 1 - at, text[(at + 2)..end], text[end..close].Trim());
        return true;
    }

    private static bool TryReadBare(string text, int at, out VariableUse use)
    {
        use = default;
        if (at + 1 >= text.Length || !Definition.IsNameStart(text[at + 1]))
        {
            return false;
        }
        int end = Definition.NameEnd(text, at + 1);
        if (end < text.Length && text[end] is not (' ' or '\t' or '\f' or '\v' or ',' or ')'))
        {
            return false;
        }
        use = new VariableUse(at, end - at, text[(at + 1)..end], "");
        return true;
    }
}
