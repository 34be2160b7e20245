using System.Collections.Concurrent;

namespace Holdfast.Proxy.Upstreams;

/// <summary>Somebody who waits for a server.</summary>
internal interface IWaiting
{
    /// <summary>The turn has come.</summary>
    /// <param name="server">The server, of which a slot is taken; null: it has gone down, and another is to be chosen.
    /// </param>
    void OnCalled(Server? server);
}

/// <summary>Tells those who wait in queues that their turn has come, each on the thread of its loop.</summary>
/// <remarks>A number names a session: its loop, its place there, and which use of the place.</remarks>
public sealed class WaitingRoom
{
    private const int LoopShift = 48;
    private const int PlaceShift = 24;
    private const int PlaceMask = 0xFF_FFFF;

    private readonly LoopRoom[] _loops;

    /// <summary>Makes it for so many loops.</summary>
    public WaitingRoom(int loops)
        => _loops = [.. Enumerable.Range(0, loops).Select(static loop => new LoopRoom(loop))];

    internal LoopRoom Of(int loop) => _loops[loop];

    internal void Call(long owner, Server? server) => _loops[(int)(owner >> LoopShift)].Call(owner, server);

    /// <summary>Those of one loop.</summary>
    internal sealed class LoopRoom(int loop)
    {
        private readonly ConcurrentQueue<(long Owner, Server? Server)> _calls = new();
        private IWaiting?[] _waiting = new IWaiting?[16];
        private int[] _generations = new int[16];
        private readonly Stack<int> _free = new();
        private int _made;
        private Action? _wake;

        /// <summary>Tells how the loop is woken, on any thread, to call <see cref="Answer"/>.</summary>
        internal void Open(Action wake) => _wake = wake;

        /// <summary>A number for somebody who is about to wait; on the loop's thread.</summary>
        internal long Enter(IWaiting waiting)
        {
            if (!_free.TryPop(out int place))
            {
                place = _made++;
                if (place == _waiting.Length)
                {
                    Array.Resize(ref _waiting, place * 2);
                    Array.Resize(ref _generations, place * 2);
                }
            }
            _waiting[place] = waiting;
            return ((long)loop << LoopShift) | ((long)place << PlaceShift) | (uint)(_generations[place] & PlaceMask);
        }

        /// <summary>The wait is over; what is still on its way to the number is handled for nobody.</summary>
        internal void Leave(long number)
        {
            int place = (int)(number >> PlaceShift) & PlaceMask;
            _waiting[place] = null;
            _generations[place]++;
            _free.Push(place);
        }

        internal void Call(long owner, Server? server)
        {
            _calls.Enqueue((owner, server));
            _wake?.Invoke();
        }

        /// <summary>Tells all whose turn has come; on the loop's thread.</summary>
        internal void Answer()
        {
            while (_calls.TryDequeue(out (long Owner, Server? Server) call))
            {
                int place = (int)(call.Owner >> PlaceShift) & PlaceMask;
                if (_waiting[place] is { } waiting
                    && (_generations[place] & PlaceMask) == (int)(call.Owner & PlaceMask))
                {
                    Leave(call.Owner);
                    waiting.OnCalled(call.Server);
                }
                else if (call.Server is { } server)
                {
                    // Its session ended while the call was on its way: the slot goes to the next one.
                    server.Backend.Release(server, Linux.MonotonicClock.Now);
                }
            }
        }
    }
}
