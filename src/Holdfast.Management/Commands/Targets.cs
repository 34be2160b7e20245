using Holdfast.Management.Cli;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Management.Commands;

/// <summary>What the words of a command mean: a backend and its server, or a frontend.</summary>
internal static class Targets
{
    /// <summary>Carries out what is asked of a server, or says why there is none.</summary>
    internal static IEnumerable<string> WithServer(
        ManagedProcess process, CliRequest request, int word, Func<ManagedProxy, Server, IEnumerable<string>> action)
    {
        string text = request[word];
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
        {
            return request.Error("Require 'backend/server'.\n");
        }
        if (process.FindBackend(text[..slash]) is not { } proxy)
        {
            return request.Error("No such backend.\n");
        }
        return ManagedProcess.FindServer(proxy, text[(slash + 1)..]) is { } server
            ? action(proxy, server) : request.Error("No such server.\n");
    }

    /// <summary>The same of a frontend.</summary>
    internal static IEnumerable<string> WithFrontend(
        ManagedProcess process, CliRequest request, int word, Func<ManagedProxy, IEnumerable<string>> action)
        => request[word].Length == 0 ? request.Error("A frontend name is expected.\n")
            : process.FindFrontend(request[word]) is { } proxy ? action(proxy) : request.Error("No such frontend.\n");
}
