using Holdfast.Http.Headers;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Texts;

namespace Holdfast.Nginx.Substitution;

/// <summary>Replaces texts in a body that comes in parts; used again for the next one.</summary>
/// <remarks>
/// What is found first is replaced; of several at the same place the one whose line stands first. The case of ASCII
/// letters does not count. Of the body no more is held back than the longest of the texts, less one byte.
/// </remarks>
public sealed class Substituter
{
    private readonly List<Pattern> _patterns = [];
    private readonly bool[] _begins = new bool[256];
    private byte[] _held = new byte[64];
    private int _heldLength;
    private bool _isOnce;

    /// <summary>Begins with an answer.</summary>
    /// <param name="rules">What is replaced.</param>
    /// <param name="request">Its request, in whose memory the texts are kept.</param>
    public void Begin(SubstitutionRules rules, Request request)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(request);
        Clear();
        _isOnce = rules.IsOnce;
        for (int line = 0; line < rules.Count; line++)
        {
            (ReadOnlyMemory<byte> from, ReadOnlyMemory<byte> to) = rules.Read(request, line);
            if (!from.IsEmpty)
            {
                _patterns.Add(new(from, to));
            }
        }
        NoteBeginnings();
    }

    /// <summary>Puts what becomes of a part.</summary>
    /// <param name="part">The part.</param>
    /// <param name="isLast">Whether nothing follows.</param>
    /// <param name="to">Where it is put; as long as the part, and what is put into it, at most.</param>
    public void Put(ReadOnlySpan<byte> part, bool isLast, TextBuilder to)
    {
        ArgumentNullException.ThrowIfNull(to);
        if (_heldLength == 0)
        {
            Hold(part[Scan(part, isLast, to)..]);
            return;
        }
        // What was held back and this part are one text, until nothing of what was held back is left.
        int before = _heldLength;
        Grow(before + part.Length);
        part.CopyTo(_held.AsSpan(before));
        ReadOnlySpan<byte> both = _held.AsSpan(0, before + part.Length);
        int used = Scan(both, isLast, to);
        _heldLength = both.Length - used;
        both[used..].CopyTo(_held);
    }

    /// <summary>Forgets the answer.</summary>
    public void Clear()
    {
        _patterns.Clear();
        Array.Clear(_begins);
        _heldLength = 0;
    }

    /// <summary>Puts what is certain; says how much of the text that was.</summary>
    private int Scan(ReadOnlySpan<byte> text, bool isLast, TextBuilder to)
    {
        int done = 0;
        for (int at = 0; at < text.Length;)
        {
            if (!_begins[text[at]])
            {
                at++;
                continue;
            }
            int found = FindAt(text[at..]);
            if (found == Unsure)
            {
                // At the end of the body, too, a text that has begun keeps shorter ones from being found: as in nginx.
                to.Put(text[done..(isLast ? text.Length : at)]);
                return isLast ? text.Length : at;
            }
            if (found == Nothing)
            {
                at++;
                continue;
            }
            to.Put(text[done..at]);
            to.Put(_patterns[found].To.Span);
            at += _patterns[found].From.Length;
            done = at;
            if (_isOnce)
            {
                _patterns.RemoveAt(found);
                NoteBeginnings();
            }
        }
        to.Put(text[done..]);
        return text.Length;
    }

    private const int Nothing = -1;
    private const int Unsure = -2;

    private int FindAt(ReadOnlySpan<byte> text)
    {
        for (int i = 0; i < _patterns.Count; i++)
        {
            ReadOnlySpan<byte> from = _patterns[i].From.Span;
            int known = Math.Min(from.Length, text.Length);
            if (!HttpText.EqualsIgnoreCase(text[..known], from[..known]))
            {
                continue;
            }
            if (known == from.Length)
            {
                return i;
            }
            return Unsure;
        }
        return Nothing;
    }

    private void NoteBeginnings()
    {
        Array.Clear(_begins);
        foreach (Pattern pattern in _patterns)
        {
            byte first = pattern.From.Span[0];
            _begins[first] = true;
            _begins[first is >= (byte)'a' and <= (byte)'z' ? first - 0x20 : first] = true;
        }
    }

    private void Hold(ReadOnlySpan<byte> rest)
    {
        Grow(rest.Length);
        rest.CopyTo(_held);
        _heldLength = rest.Length;
    }

    private void Grow(int length)
    {
        if (_held.Length < length)
        {
            Array.Resize(ref _held, Math.Max(length, _held.Length * 2));
        }
    }

    private readonly record struct Pattern(ReadOnlyMemory<byte> From, ReadOnlyMemory<byte> To);
}
