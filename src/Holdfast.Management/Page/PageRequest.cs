namespace Holdfast.Management.Page;

/// <summary>What is asked of the statistics page, by the words behind its address: <c>/haproxy?stats;up;norefresh</c>.
/// </summary>
/// <param name="Form">html, csv, typed, json or json-schema.</param>
/// <param name="OnlyUp">Whether servers that are down are left out.</param>
/// <param name="HidesMaintenance">Whether servers in maintenance are left out.</param>
/// <param name="IsStill">Whether it is not loaded again by itself.</param>
/// <param name="Outcome">What has become of an action: DONE, NONE, ERRP and so on; empty: there was none.</param>
/// <param name="Scope">Proxies whose names contain it; empty: all.</param>
internal sealed record PageRequest(
    string Form, bool OnlyUp, bool HidesMaintenance, bool IsStill, string Outcome, string Scope)
{
    private const string ScopeWord = "?scope=";

    /// <summary>Reads what stands behind the page's own address.</summary>
    internal static PageRequest Of(string rest)
    {
        string form = "html";
        bool up = false, hides = false, still = false;
        string outcome = "", scope = "";
        foreach (string word in rest.Split(';', '&'))
        {
            form = word is "csv" or "typed" or "json" or "json-schema" ? word : form;
            up |= word == "up";
            hides |= word == "no-maint";
            still |= word == "norefresh";
            outcome = word.StartsWith("st=", StringComparison.Ordinal) ? word[3..] : outcome;
            int at = word.IndexOf("scope=", StringComparison.Ordinal);
            scope = at is 0 or 1 ? word[(at + ScopeWord.Length - 1)..] : scope;
        }
        return new PageRequest(form, up, hides, still, outcome, scope);
    }

    /// <summary>The words again, with some of them changed.</summary>
    internal string Words() => (OnlyUp ? ";up" : "") + (HidesMaintenance ? ";no-maint" : "")
        + (IsStill ? ";norefresh" : "");
}
