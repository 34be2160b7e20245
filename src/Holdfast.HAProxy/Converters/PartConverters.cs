using Holdfast.HAProxy.Fetches;
using Holdfast.HAProxy.Samples;

namespace Holdfast.HAProxy.Converters;

/// <summary>Parts of texts: fields, words, bytes.</summary>
internal static class PartConverters
{
    public static void Register(Dictionary<string, StepFactory> table)
    {
        table.Register("field", static a =>
        {
            (long index, byte[] marks, long count) = (a.Integer(0), a.Bytes(1), a.Integer(2, 1));
            return (_, ref s) => index > 0 ? Field(ref s, index, marks, count)
                : index < 0 && FieldFromEnd(ref s, index, marks, count);
        });
        table.Register("word", static a =>
        {
            (long index, byte[] marks, long count) = (a.Integer(0), a.Bytes(1), a.Integer(2, 1));
            return (_, ref s) => index > 0 ? Word(ref s, index, marks, count)
                : index < 0 && WordFromEnd(ref s, index, marks, count);
        });
        table.Register("param", static a =>
        {
            (byte[] name, byte[] mark) = (a.Bytes(0), a.Bytes(1, "&"));
            return (_, ref s) => Parameter(ref s, name, mark);
        });
        table.Register("reverse", static (c, ref s) => Reverse(c, ref s));
        table.Register("bytes", static a =>
        {
            (long offset, long? length) = (a.Integer(0), a.Has(1) ? a.Integer(1) : null);
            return (_, ref s) =>
            {
                if (offset < 0 || offset >= s.Bytes.Length || length <= 0)
                {
                    return s.SetBinary([]);
                }
                long left = s.Bytes.Length - offset;
                return s.SetBinary(s.Bytes.Slice((int)offset, (int)Math.Min(left, length ?? left)));
            };
        });
    }

    private static bool Parameter(ref Sample s, ReadOnlySpan<byte> name, ReadOnlySpan<byte> mark)
    {
        ReadOnlySpan<byte> text = s.Bytes;
        foreach (Range range in text.Split(mark))
        {
            ReadOnlySpan<byte> one = text[range];
            int equals = one.IndexOf((byte)'=');
            if ((equals < 0 ? one : one[..equals]).SequenceEqual(name))
            {
                return s.SetText(equals < 0 ? [] : one[(equals + 1)..]);
            }
        }
        return false;
    }

    private static bool Reverse(RequestContext c, ref Sample s)
    {
        if (!c.Scratch.TryTake(s.Bytes.Length, out Span<byte> room))
        {
            return false;
        }
        s.Bytes.CopyTo(room);
        room.Reverse();
        return s.SetText(room);
    }

    private static bool Field(ref Sample s, long index, byte[] marks, long count)
    {
        ReadOnlySpan<byte> text = s.Bytes;
        long field = 1;
        int start = 0;
        for (int end = 0; end < text.Length; end++)
        {
            if (!marks.AsSpan().Contains(text[end]))
            {
                continue;
            }
            if (field != index)
            {
                start = end + 1;
                field++;
            }
            else if (count == 1)
            {
                return s.SetText(text[start..end]);
            }
            else if (count > 1)
            {
                count--;
            }
        }
        return field == index && s.SetText(text[start..]);
    }

    private static bool FieldFromEnd(ref Sample s, long index, byte[] marks, long count)
    {
        ReadOnlySpan<byte> text = s.Bytes;
        long field = -1;
        int end = text.Length;
        for (int start = text.Length; start > 0; start--)
        {
            if (!marks.AsSpan().Contains(text[start - 1]))
            {
                continue;
            }
            if (field != index)
            {
                end = start - 1;
                field--;
            }
            else if (count == 1)
            {
                return s.SetText(text[start..end]);
            }
            else if (count > 1)
            {
                count--;
            }
        }
        return field == index && s.SetText(text[..end]);
    }

    /// <summary>Words are what stands between runs of separators.</summary>
    private static bool Word(ref Sample s, long index, byte[] marks, long count)
    {
        ReadOnlySpan<byte> text = s.Bytes;
        long word = 0;
        int start = 0;
        bool isInside = false;
        for (int end = 0; end < text.Length; end++)
        {
            if (marks.AsSpan().Contains(text[end]))
            {
                if (isInside && word == index)
                {
                    if (count == 1)
                    {
                        return s.SetText(text[start..end]);
                    }
                    count -= count > 1 ? 1 : 0;
                }
                isInside = false;
            }
            else if (!isInside)
            {
                if (word != index)
                {
                    word++;
                    start = end;
                }
                isInside = true;
            }
        }
        return word == index && s.SetText(text[start..]);
    }

    private static bool WordFromEnd(ref Sample s, long index, byte[] marks, long count)
    {
        ReadOnlySpan<byte> text = s.Bytes;
        long word = 0;
        int end = text.Length;
        bool isInside = false;
        for (int start = text.Length; start > 0; start--)
        {
            if (marks.AsSpan().Contains(text[start - 1]))
            {
                if (isInside && word == index)
                {
                    if (count == 1)
                    {
                        return s.SetText(text[start..end]);
                    }
                    count -= count > 1 ? 1 : 0;
                }
                isInside = false;
            }
            else if (!isInside)
            {
                if (word != index)
                {
                    word--;
                    end = start;
                }
                isInside = true;
            }
        }
        return word == index && s.SetText(text[..end]);
    }
}
