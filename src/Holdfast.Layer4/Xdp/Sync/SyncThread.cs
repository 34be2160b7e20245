using System.Net;
using Holdfast.Layer4.Model;
using Holdfast.Linux;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Layer4.Xdp.Sync;

/// <summary>One synchronisation daemon: a thread that sends, or takes.</summary>
internal sealed class SyncThread : IDisposable
{
    private const string DefaultGroup = "224.0.0.81";
    private const ushort DefaultPort = 8848;
    private const int DefaultLength = 1400;
    private const int LengthMin = SyncMessage.HeaderSize + SyncMessage.RecordSizeMax;
    private const int LengthMax = 65000;
    private const int DatagramsInTurn = 1024;

    /// <summary>How soon it notices that it has to end, and how long it waits after a failure.</summary>
    private static readonly TimeSpan s_turn = TimeSpan.FromMilliseconds(100);

    private readonly XdpClient _client;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _stop = new();
    private volatile string? _problem;
    private volatile bool _isCaughtUp;

    /// <summary>Starts it, in the network namespace of the calling thread.</summary>
    internal SyncThread(XdpClient client, SyncDaemonSpec spec)
    {
        _client = client;
        Spec = spec;
        _thread = new Thread(Run) { IsBackground = true, Name = "director-sync" };
        _thread.Start();
    }

    /// <summary>What it does.</summary>
    internal SyncDaemonSpec Spec { get; }

    /// <summary>Whether it knows what others know, or nobody has spoken for so long that there is nobody.</summary>
    internal bool IsCaughtUp => _isCaughtUp;

    /// <summary>Why it does not work at present; null when it does.</summary>
    internal string? Problem => _problem;

    /// <summary>Ends it, and waits for its end.</summary>
    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
    }

    private void Run()
    {
        while (!_stop.IsSet)
        {
            try
            {
                using MulticastSocket socket = Open();
                using RouteNetlink route = RouteNetlink.Open();
                _problem = null;
                if (Spec.Role == SyncRole.Master)
                {
                    Send(socket, SyncLinks.Of(route));
                }
                else
                {
                    Take(socket, SyncLinks.Of(route));
                }
            }
            catch (LinuxException exception)
            {
                // The interface may come, and what cannot be read now may be read later.
                _problem = exception.Message;
                _ = _stop.Wait(s_turn);
            }
        }
    }

    private MulticastSocket Open()
    {
        string group = Spec.Group.IsNone ? DefaultGroup : Spec.Group.ToString();
        return MulticastSocket.Open(Spec.Interface,
            new IPEndPoint(IPAddress.Parse(group), Spec.Port == 0 ? DefaultPort : Spec.Port),
            Spec.Ttl == 0 ? (byte)1 : Spec.Ttl);
    }

    private void Send(MulticastSocket socket, SyncLinks links)
    {
        int length = Math.Clamp(Spec.LengthMax == 0 ? DefaultLength : Spec.LengthMax, LengthMin, LengthMax);
        var sender = new SyncSender(_client, (byte)Spec.SyncId, length, links, socket.TrySend);
        byte[] buffer = new byte[SyncMessage.HeaderSize];
        MonotonicTime due = MonotonicClock.Now;
        while (!_stop.IsSet)
        {
            MonotonicTime now = MonotonicClock.Now;
            if (now >= due)
            {
                due = now + sender.Walk();
            }
            TimeSpan rest = due - MonotonicClock.Now;
            _ = socket.Wait(rest < TimeSpan.Zero ? TimeSpan.Zero : rest < s_turn ? rest : s_turn);
            for (int i = 0; i < DatagramsInTurn && socket.TryReceive(buffer) is >= 0 and int size; i++)
            {
                bool isRequest = SyncMessage.TryReadHeader(buffer.AsSpan(0, size), out SyncHeader header)
                    && header.Kind == SyncKind.Request && (header.SyncId == 0 || header.SyncId == Spec.SyncId);
                if (isRequest)
                {
                    sender.Restart(header.Request);
                }
            }
        }
    }

    private void Take(MulticastSocket socket, SyncLinks links)
    {
        var receiver = new SyncReceiver(_client, (byte)Spec.SyncId, links, socket.TrySend);
        byte[] buffer = new byte[ushort.MaxValue];
        while (!_stop.IsSet)
        {
            receiver.Step(MonotonicClock.Now);
            _ = socket.Wait(s_turn);
            for (int i = 0; i < DatagramsInTurn && socket.TryReceive(buffer) is >= 0 and int size; i++)
            {
                receiver.Take(buffer.AsSpan(0, size), MonotonicClock.Now);
            }
            _isCaughtUp = _isCaughtUp || receiver.IsCaughtUp(MonotonicClock.Now);
        }
    }
}
