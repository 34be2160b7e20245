using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Holdfast.Config.Nginx;
using Holdfast.Linux.Pcre;
using Holdfast.Linux.Processes;
using Holdfast.Primitives;
using Holdfast.Runtime.Web;
using Holdfast.Web.Running;
using Holdfast.Web.Translation;

namespace Holdfast.Nginx;

/// <summary>What became of a file that is to be run.</summary>
/// <param name="Parsed">What the parser says.</param>
/// <param name="Diagnostics">All findings, those about this host behind the parser's.</param>
/// <param name="OriginalLines">The same as nginx writes them: warnings, and the first error.</param>
/// <param name="Serving">What runs; null when there are errors.</param>
internal sealed record WebLoad(
    NginxParseResult Parsed, ImmutableArray<Diagnostic> Diagnostics, ImmutableArray<string> OriginalLines,
    WebServing? Serving);

/// <summary>Reads an nginx.conf from disk.</summary>
internal static class NginxLoader
{
    /// <summary>Parses a file; regular expressions are compiled once to see whether they are good.</summary>
    internal static NginxParseResult Parse(string path, NginxParseOptions options)
        => NginxParser.Parse(path, new DiskConfigFiles(), options with { RegexProblem = RegexProblem });

    /// <summary>Reads a file that is to be run.</summary>
    /// <param name="source">Where it is, and what the command line adds.</param>
    internal static WebLoad Load(WebSource source)
    {
        string path = Path.GetFullPath(source.Path);
        NginxParseOptions options = source.ParseOptions;
        var hosts = ImmutableDictionary.CreateBuilder<string, ImmutableArray<IpAddress>>(StringComparer.Ordinal);
        NginxParseResult parsed = Parse(path, options with
        {
            IsToRun = true,
            Resolves = host => Find(host, hosts), // one that is not known now is looked for again while we serve
        });
        HostFindings host = HostFindings.Of(parsed);
        ImmutableArray<Diagnostic> all = [.. parsed.Diagnostics, .. host.Diagnostics];
        ImmutableArray<string> lines = [.. parsed.OriginalLines, .. parsed.HasErrors ? [] : host.OriginalLines];
        if (all.Any(static one => one.Severity == Severity.Error))
        {
            return new WebLoad(parsed, all, lines, null);
        }
        var facts = new WebFacts(
            Environment.ProcessorCount, OwnProcess.EffectiveUid == 0, hosts.ToImmutable());
        WebConfiguration configuration = WebTranslator.Translate(parsed.Model, path, options.Prefix, facts);
        var snapshot = new WebSnapshot(path, parsed.Snapshot, facts)
        {
            Options = options,
            ErrorLog = source.ErrorLog,
        };
        return new WebLoad(parsed, all, lines, new WebServing(configuration, snapshot.ToBytes())
        {
            LogPaths = LogPaths.Of(parsed.Directives, options.Prefix),
        });
    }

    /// <summary>Whether a host has an address.</summary>
    internal static bool Resolves(string host) => AddressesOf(host).Length > 0;

    private static bool Find(string host, ImmutableDictionary<string, ImmutableArray<IpAddress>>.Builder hosts)
    {
        if (!hosts.TryGetValue(host, out ImmutableArray<IpAddress> known))
        {
            known = AddressesOf(host);
            if (known.Length > 0)
            {
                hosts[host] = known;
            }
        }
        return known.Length > 0;
    }

    private static ImmutableArray<IpAddress> AddressesOf(string host)
    {
        try
        {
            return [.. Dns.GetHostAddresses(host).Select(IpAddress.From).Distinct()];
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            return [];
        }
    }

    private static string? RegexProblem(string pattern, bool ignoreCase)
    {
        using PcreRegex? compiled = PcreRegex.TryCompile(
            pattern, ignoreCase ? ["caseless"] : [], offsetMax: 0, stackStart: 0, stackMax: 0, out string? problem);
        return problem;
    }
}
