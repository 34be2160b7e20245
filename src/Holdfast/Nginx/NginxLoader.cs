using System.Net;
using System.Net.Sockets;
using Holdfast.Config.Nginx;
using Holdfast.Linux.Pcre;

namespace Holdfast.Nginx;

/// <summary>Reads an nginx.conf from disk.</summary>
internal static class NginxLoader
{
    /// <summary>Parses a file; regular expressions are compiled once to see whether they are good.</summary>
    internal static NginxParseResult Parse(string path, NginxParseOptions options)
        => NginxParser.Parse(path, new DiskConfigFiles(), options with { RegexProblem = RegexProblem });

    /// <summary>Whether a host has an address.</summary>
    internal static bool Resolves(string host)
    {
        try
        {
            return Dns.GetHostAddresses(host).Length > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string? RegexProblem(string pattern, bool ignoreCase)
    {
        using PcreRegex? compiled = PcreRegex.TryCompile(
            pattern, ignoreCase ? ["caseless"] : [], offsetMax: 0, stackStart: 0, stackMax: 0, out string? problem);
        return problem;
    }
}
