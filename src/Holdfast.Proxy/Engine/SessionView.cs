using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Engine;

/// <summary>What a session tells of itself, on its loop's thread.</summary>
/// <param name="Listener">Where its client has come.</param>
/// <param name="Client">Its client's connection.</param>
/// <param name="Backend">Where its requests go; null: nowhere yet.</param>
/// <param name="Server">The server that it uses; null: none.</param>
/// <param name="IsIdle">Whether it waits for its client's next request.</param>
internal sealed record SessionView(
    Listener Listener, Connection Client, Backend? Backend, Server? Server, bool IsIdle);
