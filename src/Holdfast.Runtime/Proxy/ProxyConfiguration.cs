using Holdfast.Proxy.HAProxy;

namespace Holdfast.Runtime.Proxy;

/// <summary>A haproxy.cfg that has been found good, and that the engine carries out.</summary>
/// <param name="Translation">What it means to the engine.</param>
/// <param name="Snapshot">What the proxy process parses again.</param>
public sealed record ProxyConfiguration(ProxyTranslation Translation, ReadOnlyMemory<byte> Snapshot);
