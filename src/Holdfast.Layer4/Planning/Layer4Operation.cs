using Holdfast.Layer4.Model;

namespace Holdfast.Layer4.Planning;

/// <summary>What an operation does.</summary>
public enum Layer4Verb : byte
{
    /// <summary>Adds a service, without servers.</summary>
    AddService,

    /// <summary>Changes the settings of a service.</summary>
    SetService,

    /// <summary>Removes a service and its servers.</summary>
    DeleteService,

    /// <summary>Adds a server.</summary>
    AddServer,

    /// <summary>Changes the settings of a server.</summary>
    SetServer,

    /// <summary>Removes a server.</summary>
    DeleteServer,
}

/// <summary>One change of the kernel's table.</summary>
/// <param name="Verb">What it does.</param>
/// <param name="Key">The service.</param>
/// <param name="Service">Its settings; only with AddService and SetService.</param>
/// <param name="Server">The server's settings; only with the verbs for servers. For DeleteServer, its key counts.
/// </param>
public sealed record Layer4Operation(
    Layer4Verb Verb, VirtualServiceKey Key, VirtualServiceSpec? Service = null, RealServerSpec? Server = null)
{
    /// <summary>One line for people: "add server 192.0.2.9:80 to TCP 192.0.2.1:80".</summary>
    public override string ToString() => Verb switch
    {
        Layer4Verb.AddService => $"add service {Key} ({Service!.Scheduler})",
        Layer4Verb.SetService => $"change service {Key} ({Service!.Scheduler})",
        Layer4Verb.DeleteService => $"remove service {Key}",
        Layer4Verb.AddServer => $"add server {Server!.Key} to {Key} ({Server.Forwarding}, weight {Server.Weight})",
        Layer4Verb.SetServer => $"change server {Server!.Key} of {Key} ({Server.Forwarding}, weight {Server.Weight})",
        _ => $"remove server {Server!.Key} from {Key}",
    };
}
