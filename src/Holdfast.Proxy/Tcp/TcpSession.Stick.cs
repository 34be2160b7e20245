using Holdfast.Balancing.Tables;
using Holdfast.HAProxy.Patterns;
using Holdfast.HAProxy.Samples;
using Holdfast.Proxy.Accept;
using Holdfast.Proxy.Programs;
using Holdfast.Proxy.Running;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Tcp;

/// <summary>Stick tables: which server a key had, and which it is to have.</summary>
internal sealed partial class TcpSession<TTransport>
{
    private const int StickKeyMax = 1024;

    /// <summary>Looks keys up, and keeps those that are to be stored.</summary>
    private Server? MatchStickRules(ClientSubject subject)
    {
        Server? found = null;
        Span<byte> room = stackalloc byte[StickKeyMax];
        foreach (CompiledStickRule rule in _backend.Backend.Program.StickRules)
        {
            bool matches = rule.Matches && found is null;
            if ((!matches && !rule.StoresRequest)
                || !TryStickKey(rule, subject.Context, room, out SharedTable? table, out Span<byte> key))
            {
                continue;
            }
            found = matches ? ServerOf(table!, key) : found;
            if (rule.StoresRequest)
            {
                Span<byte> kept = subject.Stores.Add(table!);
                key[..kept.Length].CopyTo(kept);
            }
        }
        return found;
    }

    /// <summary>The server is there, and has answered where somebody wants to know what: keys are stored.</summary>
    private void StoreStickRules(ClientSubject subject)
    {
        if (_backend.Backend.Program.StickRules.IsEmpty || _lastServer is not { } server)
        {
            return;
        }
        Span<byte> room = stackalloc byte[StickKeyMax];
        foreach (CompiledStickRule rule in _backend.Backend.Program.StickRules)
        {
            if (rule.StoresResponse
                && TryStickKey(rule, subject.Context, room, out SharedTable? table, out Span<byte> key))
            {
                Span<byte> kept = subject.Stores.Add(table!);
                key[..kept.Length].CopyTo(kept);
            }
        }
        if (!server.Options.IsNonStick)
        {
            subject.Stores.Store(server, _backend.Now);
        }
        subject.Stores.Clear();
    }

    private bool TryStickKey(
        CompiledStickRule rule, RequestContext context, Span<byte> room, out SharedTable? table, out Span<byte> key)
    {
        table = _frontend.Backends.State.FindTable(rule.Table);
        key = default;
        if (table is null || (rule.Condition is { } condition && condition.Evaluate(context) != AclAnswer.Pass))
        {
            return false;
        }
        var sample = new Sample();
        key = room[..Math.Min(StickKeyMax, table.Table.KeyLength)];
        bool isKey = rule.Key.TryEvaluate(context, ref sample) && table.TryKey(context, sample, key);
        context.Scratch.Release(0);
        return isKey;
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
                return MayStick(server) ? server : null;
            }
        }
        return null;
    }

    /// <summary>Counts the session's bytes for all that is tracked.</summary>
    private void CountTracked(ClientSubject subject)
    {
        subject.Stick.Record(StickEvent.BytesIn, _client!.ReceivedBytes);
        subject.Stick.Record(StickEvent.BytesOut, _bytesOut);
    }
}
