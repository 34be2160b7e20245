using Holdfast.Nginx.Access;
using Holdfast.Web.Http.Places;

namespace Holdfast.Web.Http.Steps;

/// <summary><c>set_real_ip_from</c>: the client is who a trusted proxy says.</summary>
internal sealed class RealAddressStep(TrustedProxies proxies) : PlaceStep
{
    internal override StepResult Run(Exchange exchange)
    {
        ForwardedClient announced = exchange.Session.Announced is { } pair
            ? new ForwardedClient(pair.Source, pair.SourcePort) : default;
        if (!exchange.HasRealAddress
            && proxies.TryFind(exchange.View, exchange.ClientAddress, announced, out ForwardedClient client))
        {
            exchange.SetRealAddress(client.Address, client.Port);
        }
        return StepResult.GoOn;
    }
}
