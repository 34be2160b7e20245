using Holdfast.Linux.Memory;
using Holdfast.Proxy.Engine;
using Holdfast.Web.Loops;

namespace Holdfast.Web.Streams;

/// <summary>
/// <c>proxy_upload_rate</c> or <c>proxy_download_rate</c>: bytes of one direction wait until they may go on.
/// </summary>
/// <remarks>As the original's: of each second so many, and after each part the time that it takes at the rate.
/// </remarks>
/// <param name="loop">Its loop.</param>
/// <param name="onDue">Called when the time has come.</param>
internal sealed class Pacer(WebLoop loop, Action onDue) : TimerEntry
{
    private const int MillisecondsPerSecond = 1000;

    /// <summary>Above it nothing is limited, and figures stay within 64 bits.</summary>
    private const long RateMax = 1L << 32;

    private BufferPart _held;
    private bool _isHolding;
    private bool _isWaiting;
    private long _beganAt;
    private long _passed;

    /// <summary>Bytes a second; 0: no limit.</summary>
    internal long Rate { get; private set; }

    /// <summary>Whether nothing may be read, or sent, for now.</summary>
    internal bool IsWaiting => _isWaiting;

    /// <summary>Whether bytes wait.</summary>
    internal bool IsHolding => _isHolding;

    internal void Begin(long rate)
    {
        Rate = rate > RateMax ? 0 : rate;
        _beganAt = loop.Now;
        _passed = 0;
    }

    /// <summary>Takes bytes.</summary>
    internal void Hold(BufferPart data)
    {
        _held = data;
        _isHolding = true;
    }

    /// <summary>Bytes that may go on now; their buffer is the caller's.</summary>
    internal bool TryTake(out BufferPart part)
    {
        part = default;
        if (!_isHolding || _isWaiting)
        {
            return false;
        }
        long allowed = (Rate * (((loop.Now - _beganAt) / MillisecondsPerSecond) + 1)) - _passed;
        if (allowed <= 0)
        {
            Wait((-allowed * MillisecondsPerSecond / Rate) + 1);
            return false;
        }
        if (allowed >= _held.Length)
        {
            part = _held;
            _isHolding = false;
        }
        else if (loop.Buffers.TryRent(out int buffer))
        {
            int length = (int)allowed;
            part = new BufferPart(buffer, 0, length);
            loop.Buffers.Bytes(_held)[..length].CopyTo(loop.Buffers.Bytes(part));
            _held = new BufferPart(_held.Buffer, _held.Offset + length, _held.Length - length);
        }
        else
        {
            Wait(1);
            return false;
        }
        _passed += part.Length;
        long pause = part.Length * MillisecondsPerSecond / Rate;
        if (pause > 0)
        {
            Wait(pause);
        }
        return true;
    }

    internal void End()
    {
        loop.State.Timers.Remove(this);
        _isWaiting = false;
        if (_isHolding)
        {
            _isHolding = false;
            loop.Buffers.Return(_held.Buffer);
        }
    }

    internal override void OnDue()
    {
        _isWaiting = false;
        onDue();
    }

    private void Wait(long milliseconds)
    {
        _isWaiting = true;
        loop.State.Timers.Set(this, loop.Now + milliseconds);
    }
}
