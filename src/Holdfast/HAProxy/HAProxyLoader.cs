using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Holdfast.Config.HAProxy;
using Holdfast.Linux.Pcre;
using Holdfast.Primitives;
using Holdfast.Proxy.HAProxy;
using Holdfast.Runtime.Proxy;

namespace Holdfast.HAProxy;

/// <summary>What became of files that are to be run.</summary>
/// <param name="Parsed">What the parser says.</param>
/// <param name="Diagnostics">All findings, those of the translation behind the parser's.</param>
/// <param name="Configuration">What runs; null when there are errors, or nothing listens.</param>
internal sealed record ProxyLoad(
    HAProxyParseResult Parsed, ImmutableArray<Diagnostic> Diagnostics, ProxyConfiguration? Configuration)
{
    /// <summary>The texts that were read, by path; passwords are masked.</summary>
    internal IReadOnlyDictionary<string, string> Texts => Parsed.Texts;
}

/// <summary>Reads a haproxy.cfg from disk.</summary>
internal static class HAProxyLoader
{
    /// <summary>
    /// Parses files and directories; regular expressions are compiled once to see whether they are good.
    /// </summary>
    internal static HAProxyParseResult Parse(IReadOnlyList<string> paths, HAProxyParseOptions options)
    {
        HAProxyParseResult result = HAProxyParser.Parse(
            paths, new DiskConfigFiles(), options with { RegexProblem = RegexProblem });
        // Files that are to be run are looked at whole, when they are translated.
        return options.IsToRun ? result : result with
        {
            Diagnostics = [.. result.Diagnostics, .. ProxyTranslator.FindTls(result.Model, new DiskTlsFiles())],
        };
    }

    /// <summary>Reads files that are to be run, and finds out whether the engine carries them out.</summary>
    internal static ProxyLoad Load(IReadOnlyList<string> paths, HAProxyParseOptions options)
    {
        HAProxyParseResult parsed = Parse(paths, options with { IsToRun = true });
        if (parsed.HasErrors || parsed.HasNoListener)
        {
            return new ProxyLoad(parsed, parsed.Diagnostics, null);
        }
        var hosts = ImmutableSortedDictionary.CreateBuilder<string, IpAddress>(StringComparer.Ordinal);
        int processors = Environment.ProcessorCount;
        var files = new RecordingTlsFiles(new DiskTlsFiles());
        TranslationFacts facts = ProxyIdentity.FactsOf(processors, (name, family) => Resolve(name, family, hosts));
        ProxyTranslation translation = ProxyTranslator.Translate(parsed.Model, facts with { TlsFiles = files });
        ImmutableArray<Diagnostic> all =
            [.. parsed.Diagnostics, .. translation.Problems, .. translation.Warnings];
        if (!translation.Problems.IsEmpty)
        {
            return new ProxyLoad(parsed, all, null);
        }
        var snapshot = new ProxySnapshot(
            [.. paths], options.AcceptLoss, options.LocalPeer, parsed.Snapshot, hosts.ToImmutable(), processors)
        {
            TlsFiles = files.ToSet(),
        };
        return new ProxyLoad(parsed, all, new ProxyConfiguration(translation, snapshot.ToBytes()));
    }

    private static IpAddress? Resolve(
        string name, int family, ImmutableSortedDictionary<string, IpAddress>.Builder hosts)
    {
        string key = ProxySnapshot.HostKey(name, family);
        if (hosts.TryGetValue(key, out IpAddress known))
        {
            return known;
        }
        try
        {
            IpAddress[] found = [.. Dns.GetHostAddresses(name).Select(IpAddress.From)
                .Where(a => family == 0 || a.IsV4 == (family == 4))];
            if (found.Length > 0)
            {
                return hosts[key] = found[0];
            }
        }
        catch (SocketException)
        {
            return null; // reported with its place
        }
        return null;
    }

    private static string? RegexProblem(string pattern, bool ignoreCase)
    {
        using PcreRegex? compiled = PcreRegex.TryCompile(
            pattern, ignoreCase ? ["caseless"] : [], offsetMax: 0, stackStart: 0, stackMax: 0, out string? problem);
        return problem;
    }
}
