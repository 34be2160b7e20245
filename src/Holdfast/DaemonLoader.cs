using System.Collections.Immutable;
using Holdfast.Config.HAProxy;
using Holdfast.Config.Keepalived;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Text;
using Holdfast.HAProxy;
using Holdfast.Keepalived;
using Holdfast.Primitives;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Proxy;
using Holdfast.Runtime.Supervision;
using Holdfast.Runtime.Vrrp;

namespace Holdfast;

/// <summary>Reads all files of a daemon: a keepalived.conf, rules of ipvsadm, files of haproxy.</summary>
internal sealed class DaemonLoader(KeepalivedOptions options, KeepalivedParseOptions parseOptions, Log log)
    : IConfigurationLoader
{
    private readonly KeepalivedLoader _keepalived = new(options.File, parseOptions, log);

    public LoadedConfiguration? Load(out LoadFindings findings)
    {
        findings = new LoadFindings();
        LoadedConfiguration? loaded = options.IsProxyOnly ? WithoutKeepalived() : _keepalived.Load(out findings);
        if (options.HAProxyFiles.Count == 0)
        {
            return loaded;
        }
        ProxyLoad proxy = HAProxyLoader.Load(options.HAProxyFiles, ParseOptionsOfProxy());
        Write(proxy.Diagnostics);
        findings = findings with
        {
            Diagnostics = [.. findings.Diagnostics, .. proxy.Diagnostics],
            Texts = findings.Texts.Concat(proxy.Texts).DistinctBy(static t => t.Key)
                .ToImmutableDictionary(StringComparer.Ordinal),
        };
        return loaded is null || proxy.Configuration is null ? null : loaded with { Proxy = proxy.Configuration };
    }

    public ProxyConfiguration? LoadProxy()
    {
        if (options.HAProxyFiles.Count == 0)
        {
            return null;
        }
        ProxyLoad proxy = HAProxyLoader.Load(options.HAProxyFiles, ParseOptionsOfProxy());
        Write(proxy.Diagnostics);
        return proxy.Configuration;
    }

    private HAProxyParseOptions ParseOptionsOfProxy()
        => new() { AcceptLoss = options.AcceptLoss, LocalPeer = options.HAProxyPeer };

    /// <summary>A daemon that only proxies has an empty keepalived.conf.</summary>
    private LoadedConfiguration WithoutKeepalived()
        => new(new KeepalivedModel(), KeepalivedSnapshot.Write("", parseOptions, new ConfigSnapshot("", "/")));

    private void Write(ImmutableArray<Diagnostic> diagnostics)
    {
        foreach (Diagnostic diagnostic in diagnostics)
        {
            LogLevel level = diagnostic.Severity switch
            {
                Severity.Error => LogLevel.Error,
                Severity.Warning => LogLevel.Warning,
                _ => LogLevel.Info,
            };
            log.Write(level, $"{diagnostic.Span}: {diagnostic.Message}");
        }
    }
}
