using System.Globalization;
using System.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Nginx.Syntax;

/// <summary>What ended a run of words.</summary>
internal enum NginxTokenEnd : byte
{
    /// <summary><c>;</c></summary>
    Semicolon,

    /// <summary><c>{</c></summary>
    OpenBrace,

    /// <summary><c>}</c>, with no words before it.</summary>
    CloseBrace,

    /// <summary>Nothing more, with no words before it.</summary>
    EndOfFile,

    /// <summary>Something that cannot be read; <see cref="NginxLexer.Fault"/> says what.</summary>
    Fault,
}

/// <summary>Why a run of words cannot be read.</summary>
/// <param name="Message">In the original's words.</param>
/// <param name="Span">Where exactly.</param>
/// <param name="Line">The line that the original names.</param>
/// <param name="Help">How it is mended; null when there is nothing to say.</param>
/// <param name="IsFinal">Whether nothing behind it can be read.</param>
internal sealed record NginxLexerFault(string Message, SourceSpan Span, int Line, string? Help, bool IsFinal);

/// <summary>
/// Splits one file into words as the original does: a comment begins only between words, a brace behind a dollar
/// belongs to the word, and a backslash keeps the next character from meaning anything.
/// </summary>
/// <remarks>
/// A word is limited to the original's read buffer, 4096 bytes. After a fault the next call goes on behind it, so that
/// one run finds them all.
/// </remarks>
internal sealed class NginxLexer(string text, string file, SourceSpan? includedFrom)
{
    /// <summary>Longest word in bytes; a quote that opens it counts.</summary>
    internal const int WordBytesMax = 4096;

    private readonly StringBuilder _word = new();
    private int _at;
    private int _lineStart;

    /// <summary>1-based line that is being read.</summary>
    public int Line { get; private set; } = 1;

    /// <summary>What was wrong when <see cref="Next"/> returned <see cref="NginxTokenEnd.Fault"/>.</summary>
    public NginxLexerFault? Fault { get; private set; }

    /// <summary>Reads words up to what ends them.</summary>
    /// <param name="words">Is filled with them.</param>
    public NginxTokenEnd Next(List<NginxWord> words)
    {
        words.Clear();
        Fault = null;
        while (_at < text.Length)
        {
            char c = text[_at];
            switch (c)
            {
                case ' ' or '\t' or '\r':
                    _at++;
                    break;
                case '\n':
                    _at++;
                    NewLine();
                    break;
                case '#':
                    SkipComment();
                    break;
                case ';' or '{':
                    _at++;
                    if (words.Count == 0)
                    {
                        return Unexpected(c, words, c == '{' ? "a block needs a directive before its brace" : null);
                    }
                    return c == '{' ? NginxTokenEnd.OpenBrace : NginxTokenEnd.Semicolon;
                case '}':
                    if (words.Count > 0)
                    {
                        // It stays for the next call: most likely the semicolon before it was forgotten.
                        return Unexpected(c, words,
                            $"is a \";\" missing behind \"{words[^1].Text}\"?", consume: false);
                    }
                    _at++;
                    return NginxTokenEnd.CloseBrace;
                case '"' or '\'':
                    if (!ReadQuoted(c, words))
                    {
                        return NginxTokenEnd.Fault;
                    }
                    break;
                default:
                    if (!ReadBare(words))
                    {
                        return NginxTokenEnd.Fault;
                    }
                    break;
            }
        }
        return words.Count == 0 ? NginxTokenEnd.EndOfFile : EndInside(words[0].Span);
    }

    /// <summary>Where the lexer stands.</summary>
    public SourceSpan Here(int length = 1) => SpanAt(_at, length);

    private bool ReadBare(List<NginxWord> words)
    {
        int start = _at, startLine = Line, startColumn = Column(_at);
        bool isVariable = false;
        for (; _at < text.Length; _at++)
        {
            char c = text[_at];
            if (_at > start && (c is ' ' or '\t' or '\r' or '\n' or ';' || (c == '{' && !isVariable)))
            {
                return Add(words, start, _at, startLine, startColumn, isQuoted: false);
            }
            // The brace behind a dollar is passed over, and the dollar goes on to count until another character.
            isVariable = c == '$' || (c == '{' && isVariable);
            if (c == '\\' && !SkipEscaped())
            {
                break;
            }
        }
        NoteTooLong(start, startLine, startColumn, '\0');
        EndInside(new SourceSpan(file, startLine, startColumn, 1, includedFrom));
        return false;
    }

    private bool ReadQuoted(char quote, List<NginxWord> words)
    {
        int start = _at, startLine = Line, startColumn = Column(_at);
        for (_at++; _at < text.Length; _at++)
        {
            char c = text[_at];
            if (c == quote)
            {
                _at++;
                return Add(words, start + 1, _at - 1, startLine, startColumn, isQuoted: true)
                    && EndsWell(words);
            }
            if (c == '\n')
            {
                NewLine(_at + 1);
            }
            else if (c == '\\' && !SkipEscaped())
            {
                break;
            }
        }
        NoteTooLong(start + 1, startLine, startColumn, quote);
        EndInside(new SourceSpan(file, startLine, startColumn, 1, includedFrom));
        return false;
    }

    /// <summary>Passes over a backslash; the loop passes over what it protects.</summary>
    private bool SkipEscaped()
    {
        if (_at + 1 >= text.Length)
        {
            _at = text.Length;
            return false;
        }
        _at++;
        if (text[_at] == '\n')
        {
            NewLine(_at + 1);
        }
        return true;
    }

    /// <summary>Behind a closing quote only blanks and what ends a word may stand.</summary>
    private bool EndsWell(List<NginxWord> words)
    {
        if (_at >= text.Length || text[_at] is ' ' or '\t' or '\r' or '\n' or ';' or '{' or ')')
        {
            return true;
        }
        Unexpected(text[_at], words, "a blank has to follow the closing quote", consume: false);
        return false;
    }

    private bool Add(List<NginxWord> words, int from, int to, int line, int column, bool isQuoted)
    {
        if (Encoding.UTF8.GetByteCount(text.AsSpan(from, to - from)) >= WordBytesMax)
        {
            NoteTooLong(from, line, column, isQuoted ? text[from - 1] : '\0');
            return false;
        }
        int length = line == Line ? _at - (column - 1) - _lineStart : 1;
        words.Add(new NginxWord(Unescape(text.AsSpan(from, to - from)),
            new SourceSpan(file, line, column, length, includedFrom), isQuoted));
        return true;
    }

    private string Unescape(ReadOnlySpan<char> raw)
    {
        if (!raw.Contains('\\'))
        {
            return raw.ToString();
        }
        _word.Clear();
        for (int i = 0; i < raw.Length; i++)
        {
            char next = raw[i] == '\\' && i + 1 < raw.Length ? raw[i + 1] : '\0';
            char? meant = next switch
            {
                '"' or '\'' or '\\' => next,
                't' => '\t',
                'r' => '\r',
                'n' => '\n',
                _ => null,
            };
            _word.Append(meant ?? raw[i]);
            i += meant is null ? 0 : 1;
        }
        return _word.ToString();
    }

    /// <summary>Makes it a fault when a word is too long to be read.</summary>
    private void NoteTooLong(int start, int line, int column, char quote)
    {
        if (Encoding.UTF8.GetByteCount(text.AsSpan(start, _at - start)) < WordBytesMax)
        {
            return;
        }
        string message = quote != '\0'
            ? $"too long parameter, probably missing terminating \"{quote}\" character"
            : $"too long parameter \"{text.AsSpan(start, Math.Min(10, text.Length - start))}...\" started";
        Fault = new NginxLexerFault(message, new SourceSpan(file, line, column, 1, includedFrom), line,
            string.Create(CultureInfo.InvariantCulture, $"a word has less than {WordBytesMax} bytes"), IsFinal: true);
        _at = text.Length;
    }

    private NginxTokenEnd Unexpected(char c, List<NginxWord> words, string? help, bool consume = true)
    {
        SourceSpan span = SpanAt(consume ? _at - 1 : _at, 1);
        Fault = new NginxLexerFault($"unexpected \"{c}\"", span, Line, help, IsFinal: false);
        if (!consume && c != '}')
        {
            words.Clear();
            SkipToEnd();
        }
        return NginxTokenEnd.Fault;
    }

    private NginxTokenEnd EndInside(SourceSpan begin)
    {
        Fault ??= new NginxLexerFault("unexpected end of file, expecting \";\" or \"}\"", begin, Line,
            "what begins here has no end", IsFinal: true);
        return NginxTokenEnd.Fault;
    }

    /// <summary>Behind the next semicolon or brace of the same directive, so that reading can go on.</summary>
    private void SkipToEnd()
    {
        while (_at < text.Length && text[_at] is not ('\n' or ';' or '{' or '}'))
        {
            _at++;
        }
        if (_at < text.Length && text[_at] == ';')
        {
            _at++;
        }
    }

    private void SkipComment()
    {
        int end = text.IndexOf('\n', _at);
        _at = end < 0 ? text.Length : end;
    }

    private void NewLine() => NewLine(_at);

    private void NewLine(int lineStart)
    {
        Line++;
        _lineStart = lineStart;
    }

    private int Column(int at) => at - _lineStart + 1;

    private SourceSpan SpanAt(int at, int length)
        => new(file, Line, Math.Max(1, Column(at)), at < text.Length ? length : 0, includedFrom);
}
