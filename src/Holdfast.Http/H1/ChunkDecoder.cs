using Holdfast.Http.Headers;

namespace Holdfast.Http.H1;

/// <summary>What a step through a chunked body found.</summary>
public enum ChunkStepKind : byte
{
    /// <summary>All bytes given are consumed, and there must be more.</summary>
    NeedMore,

    /// <summary>Bytes of the payload.</summary>
    Payload,

    /// <summary>
    /// The last chunk's line is over. The trailer section follows: <see cref="H1Parser.ParseTrailers"/> reads it, also
    /// when it is empty. The decoder stays here.
    /// </summary>
    Trailers,

    /// <summary>The body is refused.</summary>
    Error,
}

/// <summary>One step through a chunked body.</summary>
/// <param name="Kind">What was found.</param>
/// <param name="Consumed">Bytes to leave behind before the next step.</param>
/// <param name="PayloadStart">Payload: where it begins in the bytes given; it goes up to <paramref name="Consumed"/>.
/// </param>
/// <param name="Error">Error: why.</param>
public readonly record struct ChunkStep(ChunkStepKind Kind, int Consumed, int PayloadStart, H1Error Error);

/// <summary>
/// Reads a chunked body (RFC 9112 section 7.1) in place and in pieces of any size. Line ends are CR LF and nothing
/// else, for a lone LF in a chunk's line is where readers differ (CVE-2025-55315).
/// </summary>
public struct ChunkDecoder
{
    /// <summary>The largest chunk, 2^31-1 bytes, as HAProxy has it.</summary>
    public const int ChunkMax = int.MaxValue;

    /// <summary>The most digits of a size, leading zeros counted.</summary>
    public const int DigitsMax = 16;

    /// <summary>
    /// By how many bytes the extensions of a body may be longer than its payload so far: they are read and thrown
    /// away, so a sender must not be able to send nothing else.
    /// </summary>
    public const int ExtensionBytesMax = 16384;

    private readonly bool _takesBlanks;
    private State _state;
    private long _left;
    private int _digits;
    private int _extensionBytes;
    private H1Error _error;

    /// <summary>A decoder at the start of a body; default(ChunkDecoder) is the strict one.</summary>
    /// <param name="leniency">Of it only <see cref="H1Leniency.BlankBehindChunkSize"/> counts.</param>
    public ChunkDecoder(H1Leniency leniency)
    {
        _takesBlanks = (leniency & H1Leniency.BlankBehindChunkSize) != 0;
    }

    private enum State : byte
    {
        Size,
        BlankBehindSize,
        Extension,
        SizeLf,
        Data,
        DataCr,
        DataLf,
        Trailers,
        Failed,
    }

    /// <summary>Payload bytes left in the current chunk: so many may be passed on without looking at them.</summary>
    public readonly long Left => _state == State.Data ? _left : 0;

    /// <summary>Whether the last chunk has been read.</summary>
    public readonly bool IsOver => _state == State.Trailers;

    /// <summary>Takes the next step.</summary>
    /// <param name="input">The bytes behind those consumed so far.</param>
    public ChunkStep Next(ReadOnlySpan<byte> input)
    {
        for (int i = 0; i < input.Length;)
        {
            switch (_state)
            {
                case State.Data:
                    return TakeData(input.Length, i);
                case State.Trailers:
                    return new(ChunkStepKind.Trailers, i, 0, H1Error.None);
                case State.Failed:
                    return new(ChunkStepKind.Error, i, 0, _error);
                case State.Extension:
                    i += SkipExtension(input[i..]);
                    continue;
                default:
                    Take(input[i]);
                    i += _state == State.Failed ? 0 : 1;
                    continue;
            }
        }
        return _state switch
        {
            State.Trailers => new(ChunkStepKind.Trailers, input.Length, 0, H1Error.None),
            State.Failed => new(ChunkStepKind.Error, input.Length, 0, _error),
            _ => new(ChunkStepKind.NeedMore, input.Length, 0, H1Error.None),
        };
    }

    /// <summary>
    /// Says that payload went by without being looked at (moved inside the kernel, for example).
    /// </summary>
    /// <param name="count">At most <see cref="Left"/>.</param>
    public void Pass(long count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)count, (ulong)Left, nameof(count));
        _left -= count;
        _extensionBytes = (int)Math.Max(0, _extensionBytes - count);
        if (_left == 0 && count > 0)
        {
            _state = State.DataCr;
        }
    }

    private ChunkStep TakeData(int length, int start)
    {
        int count = (int)Math.Min(_left, length - start);
        Pass(count);
        return new(ChunkStepKind.Payload, start + count, start, H1Error.None);
    }

    private void Take(byte b)
    {
        switch (_state)
        {
            case State.Size:
                TakeSize(b);
                break;
            case State.BlankBehindSize:
                TakeBlank(b);
                break;
            case State.SizeLf:
                Expect(b, HttpText.Lf, _left > 0 ? State.Data : State.Trailers,
                    _extensionBytes > 0 ? H1Error.BadChunkExtension : H1Error.BadChunkSize);
                _digits = 0;
                break;
            case State.DataCr:
                Expect(b, HttpText.Cr, State.DataLf, H1Error.BadChunkEnd);
                break;
            case State.DataLf:
                Expect(b, HttpText.Lf, State.Size, H1Error.BadChunkEnd);
                break;
            default:
                throw new InvalidOperationException();
        }
    }

    /// <summary>Blanks before an extension are allowed; anything else behind them is not.</summary>
    private void TakeBlank(byte b)
    {
        if (b == HttpText.Cr && _takesBlanks)
        {
            _state = State.SizeLf;
        }
        else if (!HttpText.IsBlank(b))
        {
            Expect(b, (byte)';', State.Extension, H1Error.BadChunkSize);
        }
        CountExtension(1);
    }

    private void TakeSize(byte b)
    {
        int digit = HexDigit(b);
        if (digit >= 0)
        {
            _left = (_left << 4) | (uint)digit;
            _digits++;
            if (_left > ChunkMax || _digits > DigitsMax)
            {
                Fail(_left > ChunkMax ? H1Error.ChunkTooLarge : H1Error.BadChunkSize);
            }
            return;
        }
        _state = (b, _digits) switch
        {
            (_, 0) => State.Failed,
            (HttpText.Cr, _) => State.SizeLf,
            ((byte)';', _) => State.Extension,
            (HttpText.Sp or HttpText.Tab, _) => State.BlankBehindSize,
            _ => State.Failed,
        };
        _error = _state == State.Failed ? H1Error.BadChunkSize : H1Error.None;
    }

    private int SkipExtension(ReadOnlySpan<byte> input)
    {
        int stop = input.IndexOfAny(HttpText.Control);
        int length = stop < 0 ? input.Length : stop;
        CountExtension(length);
        if (stop < 0 || _state == State.Failed)
        {
            return length;
        }
        if (input[stop] != HttpText.Cr)
        {
            Fail(H1Error.BadChunkExtension);
            return stop;
        }
        _state = State.SizeLf;
        return stop + 1;
    }

    private void CountExtension(int count)
    {
        _extensionBytes += count;
        if (_extensionBytes > ExtensionBytesMax)
        {
            Fail(H1Error.ChunkExtensionTooLong);
        }
    }

    private void Expect(byte b, byte wanted, State next, H1Error error)
    {
        if (b == wanted)
        {
            _state = next;
            return;
        }
        Fail(error);
    }

    private void Fail(H1Error error)
    {
        if (_state != State.Failed)
        {
            _state = State.Failed;
            _error = error;
        }
    }

    private static int HexDigit(byte b) => b switch
    {
        >= (byte)'0' and <= (byte)'9' => b - '0',
        >= (byte)'a' and <= (byte)'f' => b - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => b - 'A' + 10,
        _ => -1,
    };
}
