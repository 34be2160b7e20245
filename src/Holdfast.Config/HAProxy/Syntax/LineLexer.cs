using System.Globalization;
using System.Text;

namespace Holdfast.Config.HAProxy.Syntax;

/// <summary>A fault in the spelling of a line.</summary>
/// <param name="Column">1-based column.</param>
/// <param name="Message">What is wrong, in the original's words.</param>
internal sealed record LexicalFault(int Column, string Message);

/// <summary>
/// Splits one line into words: quotes, escapes, comments, variables (sections 2.2 and 2.3 of the manual, and what
/// the original does where they differ).
/// </summary>
/// <param name="variable">Gives the value of a variable; null when it is not set.</param>
internal sealed class LineLexer(Func<string, string?> variable)
{
    /// <summary>More words than this are an error.</summary>
    public const int MaxWords = 64;

    private readonly List<Word> _words = [];
    private readonly StringBuilder _text = new();
    private string _file = "";
    private string _line = "";
    private int _number;
    private int _start;
    private bool _open;
    private bool _vanishes;

    /// <summary>The fault of the last line; null when there was none.</summary>
    public LexicalFault? Fault { get; private set; }

    /// <summary>The words of a line; up to the fault when it has one.</summary>
    public Word[] Split(string line, string file, int number)
    {
        (_line, _file, _number) = (line, file, number);
        _words.Clear();
        _text.Clear();
        _open = false;
        Fault = null;
        Run();
        if (Fault is null && _words.Count > MaxWords)
        {
            Fail(_words[MaxWords].Column - 1, "too many words, truncating after word 64");
            _words.RemoveRange(MaxWords, _words.Count - MaxWords);
        }
        return [.. _words];
    }

    private void Run()
    {
        int squote = -1, dquote = -1;
        int i = 0;
        while (i < _line.Length && Fault is null)
        {
            char c = _line[i];
            if (squote >= 0)
            {
                if (c == '\'')
                {
                    squote = -1;
                }
                else
                {
                    _text.Append(c);
                }
                i++;
                continue;
            }
            if (dquote < 0 && IsSpace(c))
            {
                Close(i++);
                continue;
            }
            if (dquote < 0 && c == '#')
            {
                break;
            }
            Open(i);
            switch (c)
            {
                case '"':
                    dquote = dquote < 0 ? i : -1;
                    i++;
                    break;
                case '\'' when dquote < 0:
                    squote = i++;
                    break;
                case '\\':
                    i = Escape(i, dquote >= 0);
                    break;
                case '$' when dquote >= 0:
                    i = Variable(i);
                    break;
                default:
                    _text.Append(c);
                    i++;
                    break;
            }
        }
        if (Fault is null && (squote >= 0 || dquote >= 0))
        {
            Fail(Math.Max(squote, dquote), "unmatched quote");
        }
        Close(i);
    }

    private void Open(int at)
    {
        if (!_open)
        {
            _open = true;
            _start = at;
        }
    }

    private void Close(int end)
    {
        if (!_open)
        {
            return;
        }
        if (!_vanishes || _text.Length > 0)
        {
            _words.Add(new Word(_text.ToString(), _file, _number, _start + 1, end - _start));
        }
        _text.Clear();
        _open = false;
        _vanishes = false;
    }

    private int Escape(int i, bool quoted)
    {
        char next = i + 1 < _line.Length ? _line[i + 1] : '\0';
        switch (next)
        {
            case ' ' or '\\' or '#' or '\'' or '"':
                _text.Append(next);
                return i + 2;
            case '$' when quoted:
                _text.Append('$');
                return i + 2;
            case 'n':
                _text.Append('\n');
                return i + 2;
            case 'r':
                _text.Append('\r');
                return i + 2;
            case 't':
                _text.Append('\t');
                return i + 2;
            case 'x':
                return Hex(i);
            default:
                _text.Append('\\');
                return i + 1;
        }
    }

    private int Hex(int i)
    {
        if (i + 3 >= _line.Length || !byte.TryParse(_line.AsSpan(i + 2, 2), NumberStyles.AllowHexSpecifier,
            CultureInfo.InvariantCulture, out byte value))
        {
            Fail(i, "truncated or invalid hexadecimal sequence");
            return _line.Length;
        }
        _text.Append(value < 0x80 ? (char)value : (char)(0xDC00 + value));
        return i + 4;
    }

    private int Variable(int at)
    {
        int i = at + 1;
        bool braced = i < _line.Length && _line[i] == '{';
        i += braced ? 1 : 0;
        int nameStart = i;
        if (i >= _line.Length || !(char.IsAsciiLetter(_line[i]) || _line[i] is '_' or '.'))
        {
            Fail(i, "forbidden first char in environment variable name");
            return _line.Length;
        }
        i++;
        while (i < _line.Length && (char.IsAsciiLetterOrDigit(_line[i]) || _line[i] == '_'))
        {
            i++;
        }
        string? value = variable(_line[nameStart..i]);
        if (!braced)
        {
            _text.Append(value);
            return i;
        }
        bool isList = false;
        if (i < _line.Length && _line[i] == '[')
        {
            if (!_line.AsSpan(i).StartsWith("[*]"))
            {
                Fail(i, "bad array subscript in environment variable name, only '[*]' is supported");
                return _line.Length;
            }
            isList = true;
            i += 3;
        }
        int end = _line.IndexOf('}', i);
        if (end < 0 || (_line[i] != '-' && _line[i] != '}'))
        {
            Fail(at + 2, "unmatched brace in environment variable name");
            return _line.Length;
        }
        value ??= _line[i] == '-' ? _line[(i + 1)..end] : null;
        if (isList)
        {
            AppendList(value ?? "", at, end + 1);
        }
        else
        {
            _text.Append(value);
        }
        return end + 1;
    }

    /// <summary>Each space of the value ends a word; nothing at all leaves none behind.</summary>
    private void AppendList(string value, int start, int end)
    {
        string[] parts = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < parts.Length; i++)
        {
            if (i > 0)
            {
                Close(end);
                Open(start);
            }
            _text.Append(parts[i]);
        }
        _vanishes = parts.Length == 0 && _text.Length == 0;
    }

    private void Fail(int index, string message) => Fault = new LexicalFault(index + 1, message);

    private static bool IsSpace(char c) => c is ' ' or '\t' or '\n' or '\v' or '\f' or '\r';
}
