using Holdfast.HAProxy.Patterns;
using Holdfast.HAProxy.Samples;
using Holdfast.Proxy.Programs;
using Holdfast.Proxy.Running;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Http;

/// <summary>Stick tables: which server a key had, and which it is to have.</summary>
internal sealed partial class HttpSession<TTransport>
{
    private const int StickKeyMax = 1024;

    /// <summary>Looks keys up, and keeps those that are to be stored.</summary>
    private Server? MatchStickRules(RequestContext subject)
    {
        Server? found = null;
        Span<byte> room = stackalloc byte[StickKeyMax];
        StickStores stores = _exchange!.Stores;
        foreach (CompiledStickRule rule in _backend.Backend.Program.StickRules)
        {
            if ((!rule.Matches && !rule.StoresRequest) || (found is not null && !rule.StoresRequest)
                || _frontend.Backends.State.FindTable(rule.Table) is not { } table
                || (rule.Condition is { } condition && condition.Evaluate(subject) != AclAnswer.Pass))
            {
                continue;
            }
            var sample = new Sample();
            Span<byte> key = room[..Math.Min(StickKeyMax, table.Table.KeyLength)];
            bool isKey = rule.Key.TryEvaluate(subject, ref sample) && table.TryKey(subject, sample, key);
            subject.Scratch.Release(0);
            if (!isKey)
            {
                continue;
            }
            if (rule.Matches && found is null)
            {
                found = ServerOf(table, key);
            }
            if (rule.StoresRequest)
            {
                Span<byte> kept = stores.Add(table);
                key[..kept.Length].CopyTo(kept);
            }
        }
        return found;
    }

    private Server? ServerOf(SharedTable table, ReadOnlySpan<byte> key)
    {
        if (!table.Table.TryMatchServer(key, _backend.Now, out long id, out _) || id == 0)
        {
            return null;
        }
        foreach (Server server in _backend.Backend.Servers)
        {
            if (server.Identity.Id == id)
            {
                return Takes(server) ? server : null;
            }
        }
        return null;
    }

    /// <summary>The server has answered: keys of the request and of the response are stored.</summary>
    private void StoreStickRules(HttpExchange exchange, RequestContext subject)
    {
        Server server = _chosen!;
        foreach (CompiledStickRule rule in _backend.Backend.Program.StickRules)
        {
            if (!rule.StoresResponse || _frontend.Backends.State.FindTable(rule.Table) is not { } table
                || (rule.Condition is { } condition && condition.Evaluate(subject) != AclAnswer.Pass))
            {
                continue;
            }
            var sample = new Sample();
            if (rule.Key.TryEvaluate(subject, ref sample) && exchange.Stores.Add(table) is { IsEmpty: false } key
                && !table.TryKey(subject, sample, key))
            {
                exchange.Stores.TakeBack();
            }
            subject.Scratch.Release(0);
        }
        if (server.Options.IsNonStick)
        {
            exchange.Stores.Clear();
        }
        else
        {
            exchange.Stores.Store(server, _backend.Now);
        }
    }
}
