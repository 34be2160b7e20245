namespace Holdfast.Proxy.Programs;

/// <summary>Whether sessions of streams have to be looked at: those that need not cost nothing more.</summary>
internal static class ProgramNeeds
{
    internal static bool OfTcp(FrontendProgram program) => OfTcp(program.Rules) || program.LogFormat is not null
        || program.UseBackend is not null;

    internal static bool OfTcp(BackendProgram program) => OfTcp(program.Rules) || program.Key is not null
        || program.NamesServers
        || program.UseServer is not null || !program.StickRules.IsEmpty || program.PersistRdpCookie is not null
        || !program.ForcePersist.IsEmpty || !program.IgnorePersist.IsEmpty;

    /// <summary>Whether rules look at connections before their session begins.</summary>
    internal static bool OfConnections(ProxyRules rules) => (rules.TcpConnection ?? rules.TcpSession) is not null;

    private static bool OfTcp(ProxyRules rules) => OfConnections(rules)
        || (rules.TcpContent ?? rules.TcpResponse) is not null;
}
