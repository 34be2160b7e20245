using System.Collections.Immutable;
using Holdfast.Config.HAProxy;
using Holdfast.Config.Keepalived;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Text;
using Holdfast.HAProxy;
using Holdfast.Keepalived;
using Holdfast.Nginx;
using Holdfast.Primitives;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Proxy;
using Holdfast.Runtime.Supervision;
using Holdfast.Runtime.Vrrp;
using Holdfast.Runtime.Web;

namespace Holdfast;

/// <summary>Reads all files of a daemon: a keepalived.conf, rules of ipvsadm, files of haproxy, an nginx.conf.
/// </summary>
/// <param name="options">Which files.</param>
/// <param name="parseOptions">How the keepalived.conf is read.</param>
/// <param name="log">Told what is found.</param>
/// <param name="webLines">Told instead, in nginx's words, what is found in the nginx.conf; null: nobody.</param>
internal sealed class DaemonLoader(
    KeepalivedOptions options, KeepalivedParseOptions parseOptions, Log log, Action<IEnumerable<string>>? webLines)
    : IConfigurationLoader
{
    private readonly KeepalivedLoader _keepalived = new(options.File, parseOptions, log);

    public LoadedConfiguration? Load(out LoadFindings findings)
    {
        findings = new LoadFindings();
        LoadedConfiguration? loaded = options.IsProxyOnly ? WithoutKeepalived() : _keepalived.Load(out findings);
        bool isGood = TryLoadProxy(ref findings, out ProxyConfiguration? proxy);
        isGood &= TryLoadWeb(ref findings, out WebServing? web);
        return isGood && loaded is not null ? loaded with { Proxy = proxy, Web = web } : null;
    }

    public LoadedConfiguration LoadServed(LoadedConfiguration configuration)
    {
        var findings = new LoadFindings();
        _ = TryLoadProxy(ref findings, out ProxyConfiguration? proxy);
        _ = TryLoadWeb(ref findings, out WebServing? web);
        return configuration with { Proxy = proxy, Web = web };
    }

    /// <summary>Reads files of haproxy, if there are any.</summary>
    /// <returns>Whether nothing is wrong with them.</returns>
    private bool TryLoadProxy(ref LoadFindings findings, out ProxyConfiguration? proxy)
    {
        proxy = null;
        if (options.HAProxyFiles.Count == 0)
        {
            return true;
        }
        ProxyLoad load = HAProxyLoader.Load(options.HAProxyFiles, ParseOptionsOfProxy());
        Take(ref findings, load.Diagnostics, load.Texts);
        proxy = load.Configuration;
        return proxy is not null;
    }

    /// <summary>Reads the nginx.conf, if there is one.</summary>
    /// <returns>Whether nothing is wrong with it.</returns>
    private bool TryLoadWeb(ref LoadFindings findings, out WebServing? web)
    {
        web = null;
        if (options.Nginx is not { } source)
        {
            return true;
        }
        WebLoad load = NginxLoader.Load(source with { AcceptsLoss = options.AcceptLoss });
        Take(ref findings, load.Diagnostics, load.Parsed.Texts, isSilent: webLines is not null);
        webLines?.Invoke(load.OriginalLines);
        web = load.Serving;
        return web is not null;
    }

    private HAProxyParseOptions ParseOptionsOfProxy()
        => new() { AcceptLoss = options.AcceptLoss, LocalPeer = options.HAProxyPeer };

    /// <summary>A daemon that only serves has an empty keepalived.conf.</summary>
    private LoadedConfiguration WithoutKeepalived()
        => new(new KeepalivedModel(), KeepalivedSnapshot.Write("", parseOptions, new ConfigSnapshot("", "/")));

    private void Take(
        ref LoadFindings findings, ImmutableArray<Diagnostic> diagnostics, IReadOnlyDictionary<string, string> texts,
        bool isSilent = false)
    {
        Write(isSilent ? [] : diagnostics);
        findings = findings with
        {
            Diagnostics = [.. findings.Diagnostics, .. diagnostics],
            Texts = findings.Texts.Concat(texts).DistinctBy(static t => t.Key)
                .ToImmutableDictionary(StringComparer.Ordinal),
        };
    }

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
