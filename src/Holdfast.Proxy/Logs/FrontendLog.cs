using Holdfast.HAProxy.LogFormats;
using Holdfast.HAProxy.Samples;
using Holdfast.Linux.Abi;
using Holdfast.Primitives;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Logs;

/// <summary>What a frontend without a format of its own logs: each connection, when it begins.</summary>
internal sealed class FrontendLog(FrontendOptions options, LogSender[] senders)
{
    private const int Info = 6;
    private const int Alert = 1;
    private const int TextSizeMax = 512;

    private readonly string _name = options.Name;
    private readonly byte[] _mode = options.Mode == ProxyMode.Http ? "/HTTP)"u8.ToArray() : "/TCP)"u8.ToArray();

    /// <summary>Writes a line of a format to all targets.</summary>
    /// <param name="level">Syslog's severity.</param>
    /// <param name="format">The line.</param>
    /// <param name="subject">What it shows.</param>
    /// <param name="structured">What RFC 5424 has for machines; null: nothing.</param>
    internal void Send(
        int level, CompiledLogFormat format, RequestContext subject, CompiledLogFormat? structured = null)
    {
        var line = LogLine.OfThread;
        line.Length = format.Write(subject, line.Room);
        Span<byte> machine = stackalloc byte[structured is null ? 0 : TextSizeMax];
        int machineLength = structured?.Write(subject, machine) ?? 0;
        foreach (LogSender sender in senders)
        {
            sender.Send(level, line, machine[..machineLength]);
        }
    }

    /// <summary>A response was blocked, because caches would give others its cookie.</summary>
    internal void OnBlocked(ProxyIdentity backend, ProxyIdentity server)
    {
        var line = LogLine.OfThread;
        LogWriter text = new(line.Room);
        text.Put("Blocking cacheable cookie in response from instance "u8);
        text.Put(backend.NameBytes);
        text.Put(", server "u8);
        text.Put(server.NameBytes);
        text.Put("."u8);
        line.Length = text.Length;
        foreach (LogSender sender in senders)
        {
            sender.Send(Alert, line, structured: default);
        }
    }

    internal void OnConnect(Connection client)
    {
        if (client.GetPeer(out IpAddress peer, out int peerPort) != Errno.Success
            || client.GetLocal(out IpAddress local, out int localPort) != Errno.Success)
        {
            return; // it has gone already
        }
        var line = LogLine.OfThread;
        LogWriter text = new(line.Room);
        text.Put("Connect from "u8);
        text.PutEndpoint(peer, peerPort);
        text.Put(" to "u8);
        text.PutEndpoint(local, localPort);
        text.Put(" ("u8);
        text.PutText(_name);
        text.Put(_mode);
        line.Length = text.Length;
        foreach (LogSender sender in senders)
        {
            sender.Send(Info, line, structured: default);
        }
    }
}
