using System.Buffers;

namespace Holdfast.Health.Scripts;

/// <summary>The memory of one check that runs: what has come, what goes out. Bounded; used for each run.</summary>
/// <param name="sizeMax">Bytes of an answer at most, and of what is sent in one step: <c>tune.bufsize</c>.</param>
/// <remarks>
/// Memory is taken with the first byte and given back by <see cref="Release"/>: a thousand servers between two checks
/// hold none.
/// </remarks>
public class CheckSession(int sizeMax)
{
    private byte[] _input = [];
    private byte[] _output = [];
    private int _inputLength;

    /// <summary>Bytes of an answer at most.</summary>
    public int SizeMax => sizeMax;

    /// <summary>What has come since the last question was sent.</summary>
    public ReadOnlySpan<byte> Received => _input.AsSpan(0, _inputLength);

    /// <summary>Whether no more fits.</summary>
    public bool IsFull => _inputLength == sizeMax;

    /// <summary>What the present step sends.</summary>
    public ReadOnlySpan<byte> Output => _output.AsSpan(0, OutputLength);

    /// <summary>The answer as HTTP; null: the check does not speak it.</summary>
    public virtual ICheckResponse? Response => null;

    /// <summary>Seconds since 1970 by the wall clock, set when a run begins.</summary>
    public long WallClockSeconds { get; set; }

    internal int OutputLength { get; set; }

    internal Span<byte> OutputRoom
    {
        get
        {
            if (_output.Length == 0)
            {
                _output = ArrayPool<byte>.Shared.Rent(sizeMax);
            }
            return _output.AsSpan(0, sizeMax);
        }
    }

    /// <summary>Takes what has come; what does not fit is dropped, and <see cref="IsFull"/> says so.</summary>
    public void Append(ReadOnlySpan<byte> data)
    {
        if (_input.Length == 0 && !data.IsEmpty)
        {
            _input = ArrayPool<byte>.Shared.Rent(sizeMax);
        }
        int count = Math.Min(data.Length, sizeMax - _inputLength);
        data[..count].CopyTo(_input.AsSpan(_inputLength));
        _inputLength += count;
    }

    /// <summary>Forgets what has come.</summary>
    public virtual void Forget() => _inputLength = 0;

    /// <summary>A run begins: variables of the check end.</summary>
    public virtual void Begin() => Forget();

    /// <summary>The run is over: memory is given back.</summary>
    public void Release()
    {
        Forget();
        OutputLength = 0;
        GiveBack(ref _input);
        GiveBack(ref _output);
    }

    private static void GiveBack(ref byte[] memory)
    {
        if (memory.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(memory);
            memory = [];
        }
    }
}

/// <summary>An answer as HTTP.</summary>
public interface ICheckResponse
{
    /// <summary>Looks at what has come.</summary>
    /// <param name="received">All of it.</param>
    /// <param name="isEnd">Whether nothing more will come.</param>
    /// <returns>False: it is no HTTP. Null: the head is not whole yet.</returns>
    bool? TryRead(ReadOnlySpan<byte> received, bool isEnd);

    /// <summary>The status.</summary>
    int Status { get; }

    /// <summary>The reason phrase.</summary>
    ReadOnlySpan<byte> Reason { get; }

    /// <summary>What has come of the body, without framing.</summary>
    ReadOnlySpan<byte> Body { get; }

    /// <summary>Whether the body is whole.</summary>
    bool IsComplete { get; }
}
