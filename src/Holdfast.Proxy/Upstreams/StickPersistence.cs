using Holdfast.Balancing.Persistence;
using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.Patterns;
using Holdfast.HAProxy.Samples;
using Holdfast.Primitives;
using Holdfast.Proxy.Http;
using Holdfast.Proxy.Programs;
using Holdfast.Proxy.Running;

namespace Holdfast.Proxy.Upstreams;

/// <summary>Stick rules of a backend: which server a key had, and which it is to have.</summary>
/// <param name="state">Where tables are found.</param>
internal sealed class StickPersistence(ProxyState state)
{
    private const int KeyMax = 1024;

    /// <summary>Whether a server takes what sticks to it.</summary>
    /// <param name="server">The server.</param>
    /// <param name="isForced">Whether <c>force-persist</c> holds.</param>
    internal static bool Takes(Server server, bool isForced) => RequestCookie.Reaches(
        server.Balanced.TakesPersistentWork, server.Backend.Program.Has(ProxyOptions.Persist), isForced);

    /// <summary>Looks keys of a request or connection up, and keeps those that are to be stored.</summary>
    /// <param name="backend">Whose rules.</param>
    /// <param name="context">What they look at.</param>
    /// <param name="stores">Where keys are kept.</param>
    /// <param name="isForced">Whether servers that are down are found, too.</param>
    /// <param name="now">The present.</param>
    internal Server? Match(
        Backend backend, RequestContext context, StickStores stores, bool isForced, MonotonicTime now)
    {
        Server? found = null;
        Span<byte> room = stackalloc byte[KeyMax];
        foreach (CompiledStickRule rule in backend.Program.StickRules)
        {
            bool matches = rule.Matches && found is null;
            if ((matches || rule.StoresRequest)
                && TryKey(rule, context, room, out SharedTable? table, out Span<byte> key))
            {
                found = matches ? ServerOf(backend, table!, key, isForced, now) : found;
                Keep(rule.StoresRequest, stores, table!, key);
            }
        }
        return found;
    }

    /// <summary>The server is there, and has answered where somebody wants to know what: keys are stored.</summary>
    internal void Store(Server server, RequestContext context, StickStores stores, MonotonicTime now)
    {
        Span<byte> room = stackalloc byte[KeyMax];
        foreach (CompiledStickRule rule in server.Backend.Program.StickRules)
        {
            if (rule.StoresResponse && TryKey(rule, context, room, out SharedTable? table, out Span<byte> key))
            {
                Keep(isWanted: true, stores, table!, key);
            }
        }
        if (!server.Options.IsNonStick)
        {
            stores.Store(server, now);
        }
        stores.Clear();
    }

    private static void Keep(bool isWanted, StickStores stores, SharedTable table, ReadOnlySpan<byte> key)
    {
        if (isWanted)
        {
            Span<byte> kept = stores.Add(table);
            key[..kept.Length].CopyTo(kept);
        }
    }

    private bool TryKey(
        CompiledStickRule rule, RequestContext context, Span<byte> room, out SharedTable? table, out Span<byte> key)
    {
        table = state.FindTable(rule.Table);
        key = default;
        if (table is null || (rule.Condition is { } condition && condition.Evaluate(context) != AclAnswer.Pass))
        {
            return false;
        }
        var sample = new Sample();
        key = room[..Math.Min(KeyMax, table.Table.KeyLength)];
        bool isKey = rule.Key.TryEvaluate(context, ref sample) && table.TryKey(context, sample, key);
        context.Scratch.Release(0);
        return isKey;
    }

    private static Server? ServerOf(
        Backend backend, SharedTable table, ReadOnlySpan<byte> key, bool isForced, MonotonicTime now)
    {
        if (!table.Table.TryMatchServer(key, now, out long id, out _) || id == 0)
        {
            return null;
        }
        foreach (Server server in backend.Servers)
        {
            if (server.Identity.Id == id)
            {
                return Takes(server, isForced) ? server : null;
            }
        }
        return null;
    }
}
