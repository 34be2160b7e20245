using Holdfast.Balancing.Servers;
using Holdfast.HAProxy.Samples;
using Holdfast.Linux;
using Holdfast.Proxy.Counters;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Running;

/// <summary>Figures of proxies and servers for expressions (section 7.3.2 of the manual).</summary>
internal sealed class TrafficFigures(ProxyState state) : ITrafficCounters
{
    private const long NanosecondsPerMillisecond = 1_000_000;

    private static long Now => MonotonicClock.Now.Nanoseconds / NanosecondsPerMillisecond;

    /// <inheritdoc/>
    public long? Read(TrafficFigure figure, string proxy, string server)
    {
        switch (figure)
        {
            case TrafficFigure.ActConn:
                return state.Whole.Count;
            case TrafficFigure.Stopping:
                return state.IsStopping ? 1 : 0;
            case TrafficFigure.FeConn or TrafficFigure.DstConn:
                return state.FindFrontend(proxy)?.Limit.Count;
            case TrafficFigure.FeReqRate:
                return state.FindFrontend(proxy)?.Counters.RequestRate(Now);
            case TrafficFigure.FeSessRate:
                return state.FindFrontend(proxy)?.Counters.SessionRate(Now);
            case TrafficFigure.TableCnt:
                return state.FindTable(proxy)?.Table.Count;
            case TrafficFigure.TableAvl:
                return state.FindTable(proxy) is { } table ? table.Table.Settings.Size - table.Table.Count : null;
            default:
                return state.FindBackend(proxy) is not { } backend ? null
                    : server.Length == 0 ? Of(backend, figure) : Of(backend, server, figure);
        }
    }

    private static long? Of(Backend backend, TrafficFigure figure)
    {
        switch (figure)
        {
            case TrafficFigure.NbSrv:
                PoolView view = backend.Pool.View;
                return view.ActiveCount > 0 ? view.ActiveCount : view.BackupCount;
            case TrafficFigure.BeConn:
                return backend.Counters[TrafficCounter.Current];
            case TrafficFigure.BeSessRate:
                return backend.Counters.SessionRate(Now);
            case TrafficFigure.Queue:
                return backend.Queue.Waiting + Sum(backend, static one => one.Balanced.Queued);
            case TrafficFigure.AvgQueue:
                long servers = Math.Max(1, backend.Pool.View.UsedCount);
                long queued = backend.Queue.Waiting + Sum(backend, static one => one.Balanced.Queued);
                return (queued + servers - 1) / servers;
            case TrafficFigure.BeConnFree or TrafficFigure.ConnSlots:
                return Free(backend, withQueues: figure == TrafficFigure.ConnSlots);
            default:
                return null;
        }
    }

    private static long? Of(Backend backend, string name, TrafficFigure figure)
    {
        foreach (Server server in backend.Servers)
        {
            if (server.Options.Name == name)
            {
                return Of(server, figure);
            }
        }
        return null;
    }

    private static long? Of(Server server, TrafficFigure figure) => figure switch
    {
        TrafficFigure.SrvConn => server.Balanced.Served,
        TrafficFigure.SrvConnFree => server.Balanced.Settings.MaxConnections is var max and > 0
            ? max - server.Balanced.Served : -1,
        TrafficFigure.SrvIsUp => server.IsUsable ? 1 : 0,
        TrafficFigure.SrvQueue => server.Balanced.Queued,
        TrafficFigure.SrvSessRate => server.Counters.SessionRate(Now),
        TrafficFigure.SrvIWeight => server.Balanced.Settings.Weight,
        TrafficFigure.SrvUWeight => server.Balanced.UserWeight,
        TrafficFigure.SrvWeight => server.Balanced.Weight / SlowStart.Scale,
        _ => null,
    };

    private static long Free(Backend backend, bool withQueues)
    {
        long free = 0;
        foreach (Server server in backend.Servers)
        {
            ServerSettings settings = server.Balanced.Settings;
            if (!server.IsUsable)
            {
                continue;
            }
            if (settings.MaxConnections == 0 || (withQueues && settings.MaxQueue == 0))
            {
                return -1;
            }
            free += settings.MaxConnections - server.Balanced.Served;
            free += withQueues ? settings.MaxQueue - server.Balanced.Queued : 0;
        }
        return free;
    }

    private static long Sum(Backend backend, Func<Server, long> part)
    {
        long sum = 0;
        foreach (Server server in backend.Servers)
        {
            sum += part(server);
        }
        return sum;
    }
}
