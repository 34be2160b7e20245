using System.Buffers.Text;

namespace Holdfast.Health.Wire;

/// <summary>Reads the head of an HTTP/1.x answer piece by piece: its status and the length of its body.</summary>
/// <remarks>
/// Any cut of the input gives the same result. Informational answers (1xx) are skipped. Only what a check needs is
/// kept, so a header line may be of any length; all of them together may not pass <see cref="BytesMax"/>.
/// </remarks>
public sealed class HttpAnswerHead
{
    /// <summary>Bytes of a head at most; more is no HTTP.</summary>
    public const int BytesMax = 256 * 1024;

    private readonly byte[] _line = new byte[256];
    private int _lineLength;
    private int _total;
    private bool _hasStatus;

    /// <summary>The status, 100 to 999; 0 until it is known.</summary>
    public int Status { get; private set; }

    /// <summary>Bytes of the body; −1: until the end of the connection.</summary>
    public long ContentLength { get; private set; } = -1;

    /// <summary>Whether the empty line after the headers has come.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Whether this is no HTTP.</summary>
    public bool IsInvalid { get; private set; }

    /// <summary>Begins again.</summary>
    public void Reset()
    {
        _lineLength = _total = 0;
        _hasStatus = IsComplete = IsInvalid = false;
        Status = 0;
        ContentLength = -1;
    }

    /// <summary>Feeds bytes.</summary>
    /// <returns>How many belong to the head; the rest is the body.</returns>
    public int Read(ReadOnlySpan<byte> data)
    {
        int used = 0;
        while (used < data.Length && !IsComplete && !IsInvalid)
        {
            byte c = data[used++];
            IsInvalid = ++_total > BytesMax;
            if (c == '\n')
            {
                EndLine();
            }
            else if (_lineLength < _line.Length)
            {
                _line[_lineLength++] = c;
            }
        }
        return used;
    }

    private void EndLine()
    {
        ReadOnlySpan<byte> line = _line.AsSpan(0, _lineLength);
        line = line.TrimEnd((byte)'\r');
        _lineLength = 0;
        if (!_hasStatus)
        {
            ReadStatus(line);
        }
        else if (line.IsEmpty)
        {
            EndHead();
        }
        else
        {
            ReadHeader(line);
        }
    }

    private void ReadStatus(ReadOnlySpan<byte> line)
    {
        // HTTP/1.1 200 OK
        bool isHttp = line.Length >= 12 && line.StartsWith("HTTP/"u8) && line[8] == ' '
            && Utf8Parser.TryParse(line[9..12], out int status, out int digits) && digits == 3 && status >= 100
            && (Status = status) > 0;
        _hasStatus = isHttp;
        IsInvalid = !isHttp;
    }

    private void ReadHeader(ReadOnlySpan<byte> line)
    {
        int colon = line.IndexOf((byte)':');
        if (colon == 14 && System.Text.Ascii.EqualsIgnoreCase(line[..colon], "content-length"u8)
            && Utf8Parser.TryParse(line[(colon + 1)..].Trim((byte)' '), out long length, out _) && length >= 0)
        {
            ContentLength = length;
        }
    }

    private void EndHead()
    {
        if (Status is >= 100 and < 200)
        {
            int total = _total;
            Reset();
            _total = total;
            return;
        }
        if (Status is 204 or 304)
        {
            ContentLength = 0;
        }
        IsComplete = true;
    }
}
