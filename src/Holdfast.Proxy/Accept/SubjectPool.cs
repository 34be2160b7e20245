using Holdfast.HAProxy.Samples;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Primitives;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Programs;
using Holdfast.Proxy.Running;

namespace Holdfast.Proxy.Accept;

/// <summary>Subjects of one listener in one loop.</summary>
/// <param name="options">The listener.</param>
/// <param name="program">Its frontend.</param>
/// <param name="state">Tables and figures for expressions.</param>
/// <param name="seed">For random numbers of expressions; another one in each loop.</param>
internal sealed class SubjectPool(FrontendOptions options, FrontendProgram program, ProxyState state, ulong seed)
{
    private const long NanosecondsPerMicrosecond = 1000;
    private const long MicrosecondsPerMillisecond = 1000;
    private const long MicrosecondsPerMinute = 60_000_000;

    private readonly Stack<ClientSubject> _free = new();
    private readonly byte[] _listenerName = System.Text.Encoding.UTF8.GetBytes(options.ListenerName);
    private readonly byte[] _hostName = System.Text.Encoding.UTF8.GetBytes(Environment.MachineName);
    private ulong _seed = seed;
    private long _minute = -1;
    private int _offset;

    /// <summary>Microseconds since 1970.</summary>
    internal static long WallClock => MonotonicClock.RealtimeNanoseconds / NanosecondsPerMicrosecond;

    /// <summary>A subject for a client that has just been accepted.</summary>
    /// <param name="client">The client's connection.</param>
    /// <param name="ageMilliseconds">How long ago it was accepted.</param>
    internal ClientSubject Rent(Connection client, long ageMilliseconds = 0)
    {
        if (!_free.TryPop(out ClientSubject? subject))
        {
            subject = Make();
        }
        RequestContext context = subject.Context;
        context.ClientTls = client.TlsFacts;
        context.ServerTls = null;
        context.ClientSocket = client;
        context.Session = subject;
        subject.Client = client;
        SetEnds(subject, client);
        context.BeginRequest();
        SetTime(context);
        context.Log.AcceptTime = context.WallClock - (ageMilliseconds * MicrosecondsPerMillisecond);
        context.Log.Handshake = 0;
        return subject;
    }

    /// <summary>Nobody looks at it any more.</summary>
    internal void Return(ClientSubject subject)
    {
        subject.Bytes = null;
        subject.Requests = null;
        subject.Client = null;
        subject.Context.Session = null;
        subject.Context.ClientSocket = null;
        ((StickCounters)subject.Context.Stick!).Release(isEnd: true);
        subject.Context.Variables.Forget(VariableScope.Session);
        _free.Push(subject);
    }

    /// <summary>Both ends as the kernel, or a header in front, names them.</summary>
    internal static void SetEnds(ClientSubject subject, Connection client)
    {
        if (client.GetPeer(out IpAddress peer, out int peerPort) != Errno.Success)
        {
            peer = default; // it has gone already
        }
        if (client.GetLocal(out IpAddress local, out int localPort) != Errno.Success)
        {
            local = default;
        }
        RequestContext context = subject.Context;
        context.ClientConnection = context.Client = new EndpointPair(peer, peerPort, local, localPort);
        context.HasProxyHeader = client.Announced is not null;
    }

    /// <summary>The clock as expressions see it, before they are evaluated.</summary>
    internal void SetTime(RequestContext context)
    {
        context.WallClock = WallClock;
        long minute = context.WallClock / MicrosecondsPerMinute;
        if (minute != _minute)
        {
            _minute = minute;
            _offset = (int)TimeZoneInfo.Local.GetUtcOffset(
                DateTimeOffset.FromUnixTimeSeconds(context.WallClock / 1_000_000)).TotalSeconds;
        }
        context.UtcOffset = _offset;
    }

    private ClientSubject Make()
    {
        var subject = new ClientSubject(
            options.Timeouts, _seed = unchecked((_seed * 6364136223846793005) + 1442695040888963407));
        RequestContext context = subject.Context;
        context.Frontend = program.Rules.Identity;
        context.DefaultBackend = program.DefaultBackend;
        context.UniqueIdFormat = program.UniqueId;
        context.Stick = new StickCounters(state) { Context = context, IsOfConnection = true };
        context.Traffic = state.Traffic;
        context.ListenerId = options.ListenerId;
        context.ListenerName = _listenerName;
        context.Captures.Resize(program.RequestCaptures.Length, program.ResponseCaptures.Length);
        context.Captures.RequestLengths = program.RequestLengths;
        context.Captures.ResponseLengths = program.ResponseLengths;
        context.Log.ProcessId = Environment.ProcessId;
        context.Log.HostName = _hostName;
        return subject;
    }
}
