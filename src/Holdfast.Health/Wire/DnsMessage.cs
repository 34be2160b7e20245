using System.Buffers.Binary;
using System.Text;

namespace Holdfast.Health.Wire;

/// <summary>What a name server's answer says about the question.</summary>
public enum DnsVerdict : byte
{
    /// <summary>It has such records.</summary>
    Answered,

    /// <summary>It is no answer to this question; another datagram may be.</summary>
    NotOurs,

    /// <summary>It reports an error.</summary>
    Error,

    /// <summary>There is no such record.</summary>
    Empty,
}

/// <summary>Questions and answers of DNS over UDP (RFC 1035), as far as a check needs them.</summary>
public static class DnsMessage
{
    /// <summary>Length of the header of every message.</summary>
    public const int HeaderSize = 12;

    /// <summary>Longest question that <see cref="WriteQuery"/> writes.</summary>
    public const int QuerySizeMax = HeaderSize + 255 + 4;

    private const int AnswerBit = 0x8000;
    private const int RecursionBit = 0x0100;
    private const int CodeMask = 0xF;
    private const int ClassInternet = 1;

    /// <summary>Number of a record type; 0 for one that is not known.</summary>
    public static int TypeOf(string name) => name switch
    {
        "A" => 1,
        "NS" => 2,
        "CNAME" => 5,
        "SOA" => 6,
        "MX" => 15,
        "TXT" => 16,
        "AAAA" => 28,
        "RRSIG" => 46,
        "DNSKEY" => 48,
        _ => 0,
    };

    /// <summary>Writes a question that wants recursion.</summary>
    /// <param name="target">At least <see cref="QuerySizeMax"/> bytes.</param>
    /// <param name="id">Comes back in the answer.</param>
    /// <param name="name">At most 253 characters, labels of at most 63; "." is the root.</param>
    /// <param name="type">Number of the record type.</param>
    /// <returns>Bytes written; 0 when the name does not fit.</returns>
    public static int WriteQuery(Span<byte> target, ushort id, string name, int type)
    {
        ArgumentNullException.ThrowIfNull(name);
        target[..HeaderSize].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(target, id);
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], RecursionBit);
        BinaryPrimitives.WriteUInt16BigEndian(target[4..], 1);
        int at = HeaderSize;
        foreach (string label in name.TrimEnd('.').Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            int length = Encoding.UTF8.GetByteCount(label);
            if (length > 63 || at + length + 2 > HeaderSize + 255)
            {
                return 0;
            }
            target[at++] = (byte)length;
            at += Encoding.UTF8.GetBytes(label, target[at..]);
        }
        target[at++] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(target[at..], (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(target[(at + 2)..], ClassInternet);
        return at + 4;
    }

    /// <summary>Judges a datagram.</summary>
    /// <param name="query">The question that was sent.</param>
    /// <param name="answer">What came.</param>
    /// <param name="code">The response code.</param>
    public static DnsVerdict Judge(ReadOnlySpan<byte> query, ReadOnlySpan<byte> answer, out int code)
    {
        code = 0;
        if (answer.Length < HeaderSize || !answer[..2].SequenceEqual(query[..2]))
        {
            return DnsVerdict.NotOurs;
        }
        int flags = BinaryPrimitives.ReadUInt16BigEndian(answer[2..]);
        if ((flags & AnswerBit) == 0)
        {
            return DnsVerdict.NotOurs;
        }
        code = flags & CodeMask;
        return code != 0 ? DnsVerdict.Error
            : BinaryPrimitives.ReadUInt16BigEndian(answer[6..]) == 0 ? DnsVerdict.Empty : DnsVerdict.Answered;
    }
}
