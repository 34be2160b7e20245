using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Holdfast.Config.Text;
using Holdfast.Nginx.Access;
using Holdfast.Nginx.Limits;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Streams;
using Holdfast.Nginx.Texts;
using Holdfast.Primitives;
using Holdfast.Web.Logs;
using Holdfast.Web.Loops;
using Refusal = Holdfast.Nginx.Limits.LimitStatus;

namespace Holdfast.Web.Streams;

/// <summary>What directives see of one session, over TCP or UDP, and what is written of it. Used again.</summary>
/// <param name="loop">Its loop.</param>
/// <param name="programs">What the block was compiled to.</param>
internal sealed partial class StreamSubject(WebLoop loop, StreamPrograms programs)
{
    private readonly ConnectionVisit _limits = new();
    private readonly List<StreamTry> _tries = [];
    private readonly TextBuilder _line = new();
    private readonly HelloFacts _hello = new();
    private Refusal _limitStatus;
    private long _beganAt;
    private bool _hasRequest;

    /// <summary>For texts.</summary>
    internal Request Request
    {
        get
        {
            if (!_hasRequest)
            {
                _hasRequest = true;
                _request ??= new Request();
                _request.Begin(this, programs.VariableCount);
            }
            return _request!;
        }
    }

    private Request? _request;

    /// <summary>The server.</summary>
    internal StreamSite Site { get; set; } = null!;

    /// <summary>The listener's address, for logs.</summary>
    internal string ListenerName { get; private set; } = "";

    /// <summary>Bytes that were received of the client and are for the server.</summary>
    internal long BytesIn { get; set; }

    /// <summary>Whether it goes to a server: lines of the error log then count bytes.</summary>
    internal bool IsProxied { get; set; }

    /// <summary>For texts that are put together.</summary>
    internal TextBuilder Scratch => _line;

    /// <summary>The last try; there must be one.</summary>
    internal ref StreamTry Last => ref CollectionsMarshal.AsSpan(_tries)[^1];

    /// <summary>Begins.</summary>
    internal void Begin(StreamListening listening, StreamSite site, bool isUdp, IpAddress client, int clientPort,
        IpAddress local, int localPort)
    {
        Site = site;
        ListenerName = listening.Name;
        IsUdp = isUdp;
        // A Unix socket has no ports, whatever stands where they would.
        (ClientAddress, ClientPort) = (RealAddress, RealPort) = (client, client.IsNone ? 0 : clientPort);
        (LocalAddress, LocalPort) = (local, local.IsNone ? 0 : localPort);
        ConnectionNumber = programs.Whole.NextConnection();
        _beganAt = loop.Clock.UnixMilliseconds;
        (Status, BytesIn, BytesSent) = (0, 0, 0);
        Announced = null;
        IsProxied = false;
        _limitStatus = Refusal.None;
        if (Site.Errors.Wants(ErrorLevel.Info))
        {
            Write(ErrorLevel.Info, $"{(isUdp ? "udp " : "")}client {TextOf(client, clientPort)} connected to "
                + ListenerName);
        }
    }

    /// <summary>The phases before anything of a client is read.</summary>
    /// <returns>0, or the status of a refusal.</returns>
    internal int Enter()
    {
        if (Announced is { Source.IsNone: false } pair && Site.Trusted is { } trusted
            && trusted.IsTrusted(ClientAddress))
        {
            (ClientAddress, ClientPort) = (pair.Source, pair.SourcePort);
        }
        if (Site.Limits is { } limits)
        {
            _limitStatus = limits.Ask(Request, _limits);
            if (_limitStatus is Refusal.Rejected or Refusal.RejectedDryRun)
            {
                Error(Site.LimitLevel, _limitStatus == Refusal.Rejected
                    ? $"limiting connections by zone \"{_limits.Refused!.Name}\""
                    : $"limiting connections, dry run, by zone \"{_limits.Refused!.Name}\"", "initializing session");
            }
            if (_limitStatus == Refusal.Rejected)
            {
                return StreamStatus.Unavailable;
            }
        }
        if (Site.Access?.Find(ClientAddress) == AccessOutcome.Denied)
        {
            Error(ErrorLevel.Error, "access forbidden by rule", "initializing session");
            return StreamStatus.Forbidden;
        }
        return 0;
    }

    /// <summary><c>set</c>.</summary>
    internal void SetVariables()
    {
        foreach ((int variable, CompiledText value) in Site.Sets)
        {
            Request.SetValue(variable, value.Evaluate(Request));
        }
    }

    /// <summary>A server is tried.</summary>
    internal void AddTry(byte[] address) => _tries.Add(new StreamTry
    {
        Address = address, ConnectMilliseconds = -1, FirstByteMilliseconds = -1, Milliseconds = -1,
    });

    /// <summary>Writes to the error log, with what the session is.</summary>
    /// <param name="level">How grave it is.</param>
    /// <param name="message">What happened.</param>
    /// <param name="action">While what; empty: nothing is said.</param>
    internal void Error(ErrorLevel level, string message, string action)
    {
        if (!Site.Errors.Wants(level))
        {
            return;
        }
        StringBuilder line = new(message);
        string udp = IsUdp ? "udp " : "";
        line.Append(action.Length > 0 ? " while " : "").Append(action)
            .Append(", ").Append(udp).Append("client: ").Append(TextOf(ClientAddress))
            .Append(", server: ").Append(ListenerName);
        if (IsProxied)
        {
            (long sent, long received) = _tries.Count == 0 ? (0, 0) : (Last.BytesSent, Last.BytesReceived);
            if (_tries.Count > 0)
            {
                line.Append(", upstream: \"").Append(Encoding.UTF8.GetString(Last.Address)).Append('"');
            }
            line.Append(CultureInfo.InvariantCulture,
                $", bytes from/to client:{BytesIn}/{BytesSent}, bytes from/to upstream:{received}/{sent}");
        }
        Write(level, line.ToString());
    }

    /// <summary>The same without what the session is.</summary>
    internal void Write(ErrorLevel level, string message) => Site.Errors.Write(level, message, ConnectionNumber);

    /// <summary>An address and a port as logs have them.</summary>
    internal static string TextOf(IpAddress address, int port) => address.IsNone ? "unix:"
        : address.IsV6 ? string.Create(CultureInfo.InvariantCulture, $"[{address}]:{port}")
        : string.Create(CultureInfo.InvariantCulture, $"{address}:{port}");

    private static string TextOf(IpAddress address) => address.IsNone ? "unix:" : address.ToString();

    /// <summary>Ends: writes the lines of access logs, and forgets the session.</summary>
    internal void End(int status)
    {
        Status = status;
        foreach (StreamLog log in Site.Logs)
        {
            Write(log);
        }
        Forget();
    }

    /// <summary>Forgets the session, of which nothing is written.</summary>
    internal void Forget()
    {
        _limits.Leave();
        _tries.Clear();
        _hello.Clear();
        Client = null;
        if (_hasRequest)
        {
            _hasRequest = false;
            _request!.Clear();
        }
    }

    private void Write(StreamLog log)
    {
        if (log.If is { } condition && condition.Evaluate(Request) is [] or [(byte)'0'])
        {
            return;
        }
        _line.Clear();
        log.Format.Put(Request, _line);
        _line.Put((byte)'\n');
        if (log.Target is { } target)
        {
            target.Write(_line.Text);
            return;
        }
        try
        {
            using var file = new FileTarget(PathText.Join(
                programs.Whole.Configuration.Prefix, Encoding.UTF8.GetString(log.Path.Evaluate(Request))));
            file.Write(_line.Text);
        }
        catch (Linux.LinuxException failure)
        {
            Error(ErrorLevel.Crit, failure.Message, "logging request");
        }
    }
}
