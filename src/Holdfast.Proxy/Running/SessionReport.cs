using Holdfast.Linux.Abi;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Running;

/// <summary>A session as reports show it.</summary>
/// <param name="Id">A number that no other session of the process has at the same time.</param>
/// <param name="Frontend">Name of its frontend.</param>
/// <param name="Backend">Name of its backend; null: none yet.</param>
/// <param name="Server">The server that it uses; null: none.</param>
/// <param name="Source">Address and port of its client, or "unix".</param>
/// <param name="AgeMilliseconds">How long its client is connected.</param>
/// <param name="IsHttp">Whether it forwards requests.</param>
/// <param name="IsIdle">Whether it waits for its client's next request.</param>
public sealed record SessionReport(
    long Id, string Frontend, string? Backend, Server? Server, string Source, long AgeMilliseconds, bool IsHttp,
    bool IsIdle)
{
    private const int SlotBits = 24;
    private const int GenerationBits = 20;

    internal static SessionReport Of(SessionView view, int loop, FrontendOptions frontend, long now)
    {
        Connection client = view.Client;
        string source = client.GetPeer(out IpAddress address, out int port) == Errno.Success && port > 0
            ? new SocketEndpoint(address, port).ToString() : "unix";
        long generation = client.Generation & ((1L << GenerationBits) - 1);
        long id = ((loop + 1L) << (SlotBits + GenerationBits)) | (generation << SlotBits) | (uint)client.Slot;
        return new SessionReport(id, frontend.Name, view.Backend?.Options.Name, view.Server, source,
            Math.Max(0, now - client.OpenedAt), frontend.Mode == ProxyMode.Http, view.IsIdle);
    }
}
