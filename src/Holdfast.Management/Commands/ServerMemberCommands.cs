using Holdfast.Balancing.Servers;
using Holdfast.Config.HAProxy;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Management.Cli;
using Holdfast.Proxy.HAProxy;
using Holdfast.Proxy.Options;

namespace Holdfast.Management.Commands;

/// <summary><c>add server</c> and <c>del server</c>.</summary>
internal static class ServerMemberCommands
{
    private const string Required = "Require 'backend/server'.";

    internal static IEnumerable<CliCommand> All(ManagedProcess process)
    {
        yield return CliCommand.Of("add server", "<bk>/<srv>", "create a server, in maintenance",
            request => Add(process, request)) with { Level = CliLevel.Admin };
        yield return CliCommand.Of("del server", "<bk>/<srv>", "remove a server that is in maintenance",
            request => Delete(process, request)) with { Level = CliLevel.Admin };
    }

    private static IEnumerable<string> Add(ManagedProcess process, CliRequest request)
    {
        if (!TrySplit(request[2], out string backendName, out string name))
        {
            return request.Error(Required);
        }
        if (process.FindBackend(backendName) is not { Backend: { } backend } proxy)
        {
            return request.Error("No such backend.");
        }
        if (!backend.Pool.Settings.HasDynamicWeights)
        {
            return request.Error("Backend must use a dynamic load balancing to support dynamic servers.");
        }
        if (ManagedProcess.FindServer(proxy, name) is not null)
        {
            return request.Error("Already exists a server with the same name in backend.\n");
        }
        if (AddedServerLine.TryParse(proxy.Model, [name, .. request.Words.Skip(3)], out string? problem)
            is not { } line)
        {
            return request.Error(problem + "\n");
        }
        problem = ProblemOf(process, proxy, line);
        ServerOptions? options = problem is null ? ProxyTranslator.TranslateServer(
            process.Model, proxy.Model, line, process.Facts, out problem) : null;
        if (options is null)
        {
            return request.Error(AddedServerLine.Bare(problem ?? "", name) + "\n");
        }
        if (process.Engine.Add(backend, options) is not { } server)
        {
            return request.Error("The backend has as many servers as it can have.\n");
        }
        ManagedProxy.Added.Add(server, line.Server);
        if (request.Words.Contains("enabled"))
        {
            backend.SetAdministrative(server, AdministrativeStates.None);
        }
        return request.Info("New server registered.\n");
    }

    private static string? ProblemOf(ManagedProcess process, ManagedProxy proxy, AddedServerLine line)
    {
        if (line.Server.Id > 0 && proxy.Backend!.Servers.FirstOrDefault(
            one => one.Balanced.Settings.Id == line.Server.Id) is { } taken)
        {
            string place = proxy.Model.Servers.FirstOrDefault(one => one.Name == taken.Options.Name) is { } model
                ? $"{model.Span.File}:{model.Span.Line}" : "<runtime>:0";
            return FormattableString.Invariant(
                $"'id' : custom id {line.Server.Id} already used at {place} ('server {taken.Options.Name}').");
        }
        if (line.Track is not { } track)
        {
            return null;
        }
        return process.FindBackend(track.Backend) is not { } other
                ? $"unable to find required proxy '{track.Backend}' for tracking."
            : ManagedProcess.FindServer(other, track.Server) is not { } tracked
                ? $"unable to find required server '{track.Backend}/{track.Server}' for tracking."
            : tracked.IsDynamic
                ? $"unable to use {track.Backend}/{track.Server} for tracking as it is a dynamic server."
            : tracked.Options.Check is null && tracked.Options.Health.Track is null
                ? $"unable to use {track.Backend}/{track.Server} for tracking as it does not have checks enabled."
            : null;
    }

    private static IEnumerable<string> Delete(ManagedProcess process, CliRequest request)
    {
        if (!TrySplit(request[2], out string backendName, out string name))
        {
            return request.Error(Required);
        }
        if (process.FindBackend(backendName) is not { Backend: { } backend } proxy)
        {
            return request.Error("No such backend.");
        }
        if (ManagedProcess.FindServer(proxy, name) is not { } server)
        {
            return request.Error("No such server.");
        }
        if (IsReferenced(process.Model, proxy.Name, server.Options.Name))
        {
            return request.Error(
                "This server cannot be removed at runtime due to other configuration elements pointing to it.");
        }
        if ((server.Balanced.Administrative & AdministrativeStates.Maintenance) == 0)
        {
            return request.Error("Only servers in maintenance mode can be deleted.");
        }
        return process.Engine.TryRemove(server) ? request.Info("Server deleted.")
            : request.Error("Server still has connections attached to it, cannot remove it.");
    }

    /// <summary>Whether a rule sends requests to it by its name, or another server has its state.</summary>
    private static bool IsReferenced(HAProxyModel model, string backend, string server)
        => model.Proxies.Any(proxy => (proxy.Name == backend
                && proxy.UseServer.Any(one => one.Name.Constant == server))
            || proxy.Servers.Any(one => one.Track is { } track && track.Server == server
                && track.Backend == backend));

    private static bool TrySplit(string text, out string backend, out string server)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        backend = slash < 0 ? "" : text[..slash];
        server = slash < 0 ? "" : text[(slash + 1)..];
        return slash >= 0;
    }
}
