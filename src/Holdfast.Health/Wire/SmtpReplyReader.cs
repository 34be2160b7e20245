namespace Holdfast.Health.Wire;

/// <summary>Reads the replies of a mail server (RFC 5321 section 4.2), of one or more lines, piece by piece.</summary>
public sealed class SmtpReplyReader
{
    private const int LineMax = 4096;
    private int _position;
    private int _code;
    private bool _continues;

    /// <summary>Whether this is no SMTP.</summary>
    public bool IsInvalid { get; private set; }

    /// <summary>Begins a connection.</summary>
    public void Reset()
    {
        _position = _code = 0;
        _continues = IsInvalid = false;
    }

    /// <summary>Feeds bytes until the end of one reply.</summary>
    /// <param name="data">What came.</param>
    /// <param name="code">The code of the reply; 0 when it is not complete.</param>
    /// <returns>How many bytes were used.</returns>
    public int Read(ReadOnlySpan<byte> data, out int code)
    {
        code = 0;
        for (int i = 0; i < data.Length && !IsInvalid; i++)
        {
            byte c = data[i];
            if (c == '\n')
            {
                IsInvalid = _position < 3;
                int read = _code;
                bool isEnd = !_continues;
                _position = _code = 0;
                _continues = false;
                if (isEnd && !IsInvalid)
                {
                    code = read;
                    return i + 1;
                }
                continue;
            }
            switch (_position++)
            {
                case < 3 when c is >= (byte)'0' and <= (byte)'9':
                    _code = (_code * 10) + (c - '0');
                    break;
                case < 3:
                    IsInvalid = true;
                    break;
                case 3:
                    _continues = c == '-';
                    break;
                default:
                    IsInvalid = _position > LineMax;
                    break;
            }
        }
        return data.Length;
    }
}
