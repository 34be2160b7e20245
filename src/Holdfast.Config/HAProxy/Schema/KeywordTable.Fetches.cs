namespace Holdfast.Config.HAProxy.Schema;

/// <summary>Sample fetches: where they can be used, what they give, what they take.</summary>
internal static partial class KeywordTable
{
    /// <summary>Class, place and type, then names with their arguments. A plus: newer than 2.6.</summary>
    private static string FetchRows => Text("""
        b A bool: always_false always_true bool(str)
        b I sint: avg_queue(be) be_conn(be) be_conn_free(be) be_sess_rate(be) connslots(be) fe_conn(fe)
        b I sint: fe_req_rate(fe) fe_sess_rate(fe) last_rule_line nbsrv(be) queue(be) sc0_bytes_in_rate([tab])
        b I sint: sc0_bytes_out_rate([tab]) sc0_clr_gpc0([tab]) sc0_clr_gpc1([tab]) sc0_conn_cnt([tab])
        b I sint: sc0_conn_cur([tab]) sc0_conn_rate([tab]) sc0_get_gpc0([tab]) sc0_get_gpc1([tab]) sc0_get_gpt0([tab])
        b I sint: sc0_gpc0_rate([tab]) sc0_gpc1_rate([tab]) sc0_http_err_cnt([tab]) sc0_http_err_rate([tab])
        b I sint: sc0_http_fail_cnt([tab]) sc0_http_fail_rate([tab]) sc0_http_req_cnt([tab]) sc0_http_req_rate([tab])
        b I sint: sc0_inc_gpc0([tab]) sc0_inc_gpc1([tab]) sc0_sess_cnt([tab]) sc0_sess_rate([tab]) sc0_trackers([tab])
        b I sint: sc1_bytes_in_rate([tab]) sc1_bytes_out_rate([tab]) sc1_clr_gpc(int[,tab]) sc1_clr_gpc0([tab])
        b I sint: sc1_clr_gpc1([tab]) sc1_conn_cnt([tab]) sc1_conn_cur([tab]) sc1_conn_rate([tab]) sc1_get_gpc0([tab])
        b I sint: sc1_get_gpc1([tab]) sc1_get_gpt0([tab]) sc1_gpc0_rate([tab]) sc1_gpc1_rate([tab])
        b I sint: sc1_http_err_cnt([tab]) sc1_http_err_rate([tab]) sc1_http_fail_cnt([tab]) sc1_http_fail_rate([tab])
        b I sint: sc1_http_req_cnt([tab]) sc1_http_req_rate([tab]) sc1_inc_gpc0([tab]) sc1_inc_gpc1([tab])
        b I sint: sc1_sess_cnt([tab]) sc1_sess_rate([tab]) sc1_trackers([tab]) sc2_bytes_in_rate([tab])
        b I sint: sc2_bytes_out_rate([tab]) sc2_clr_gpc0([tab]) sc2_clr_gpc1([tab]) sc2_conn_cnt([tab])
        b I sint: sc2_conn_cur([tab]) sc2_conn_rate([tab]) sc2_get_gpc0([tab]) sc2_get_gpc1([tab]) sc2_get_gpt0([tab])
        b I sint: sc2_gpc0_rate([tab]) sc2_gpc1_rate([tab]) sc2_http_err_cnt([tab]) sc2_http_err_rate([tab])
        b I sint: sc2_http_fail_cnt([tab]) sc2_http_fail_rate([tab]) sc2_http_req_cnt([tab]) sc2_http_req_rate([tab])
        b I sint: sc2_inc_gpc0([tab]) sc2_inc_gpc1([tab]) sc2_sess_cnt([tab]) sc2_sess_rate([tab]) sc2_trackers([tab])
        b I sint: sc_bytes_in_rate(int[,tab]) sc_bytes_out_rate(int[,tab]) sc_clr_gpc(int,int[,tab])
        b I sint: sc_clr_gpc0(int[,tab]) sc_clr_gpc1(int[,tab]) sc_conn_cnt(int[,tab]) sc_conn_cur(int[,tab])
        b I sint: sc_conn_rate(int[,tab]) sc_get_gpc(int,int[,tab]) sc_get_gpc0(int[,tab]) sc_get_gpc1(int[,tab])
        b I sint: sc_get_gpt(int,int[,tab]) sc_get_gpt0(int[,tab]) sc_gpc0_rate(int[,tab]) sc_gpc1_rate(int[,tab])
        b I sint: sc_gpc_rate(int,int[,tab]) sc_http_err_cnt(int[,tab]) sc_http_err_rate(int[,tab])
        b I sint: sc_http_fail_cnt(int[,tab]) sc_http_fail_rate(int[,tab]) sc_http_req_cnt(int[,tab])
        b I sint: sc_http_req_rate(int[,tab]) sc_inc_gpc(int,int[,tab]) sc_inc_gpc0(int[,tab]) sc_inc_gpc1(int[,tab])
        b I sint: sc_sess_cnt(int[,tab]) sc_sess_rate(int[,tab]) sc_trackers(int[,tab]) srv_conn(srv)
        b I sint: srv_conn_free(srv) srv_iweight(srv) srv_queue(srv) srv_sess_rate(srv) srv_uweight(srv)
        b I sint: srv_weight(srv) table_avl(tab) table_cnt(tab)
        b R str: base baseq cook([str]) http_auth_bearer([str]) http_auth_group(ul) http_auth_pass http_auth_type
        b R str: http_auth_user path pathq query rdp_cookie([str]) req.cook([str]) req.fhdr([str,int])
        b R str: req.hdr([str,int]) req.hdr_names([str]) req.rdp_cookie([str]) req.ssl_alpn req.ssl_sni req.ver
        b R str: req_ssl_sni req_ver url url_param([str,str]) urlp([str,str])
        b R sint: base32 cook_cnt([str]) cook_val([str]) hdr_cnt([str]) hdr_val([str,int]) rdp_cookie_cnt([str])
        b R sint: req.body_len req.body_size req.cook_cnt([str]) req.cook_val([str]) req.fhdr_cnt([str])
        b R sint: req.hdr_cnt([str]) req.hdr_val([str,int]) req.len req.rdp_cookie_cnt([str]) req.ssl_hello_type
        b R sint: req.ssl_st_ext req.ssl_ver req_len req_ssl_hello_type req_ssl_ver url32 url_port urlp_val([str,str])
        b R bin: base32+src req.body req.body_param([str]) req.hdrs req.hdrs_bin req.payload(int,int)
        b R bin: req.payload_lv(int,int[,str]) url32+src
        b V sint: bc_dst bc_dst_port bc_err bc_http_major bc_src bc_src_port ssl_bc_alg_keysize ssl_bc_err
        b V sint: ssl_bc_use_keysize status
        b V str: bc_err_str capture.res.hdr(int) res.comp_algo ssl_bc_alpn ssl_bc_cipher ssl_bc_err_str
        b V str: ssl_bc_protocol
        b B sint: be_id be_server_timeout be_tunnel_timeout cur_server_timeout cur_tunnel_timeout
        b B str: be_name
        b A bin: bin(str)
        b M str: capture.req.hdr(int) capture.req.method capture.req.uri capture.req.ver capture.res.ver
        b D str: cookie([str]) hdr([str,int])
        B I sint: cpu_calls cpu_ns_avg cpu_ns_tot lat_ns_avg lat_ns_tot prio_class prio_offset
        b A sint: date([int,str]) date_us int(int) nbproc proc rand([int]) thread
        B D bin: distcc_body(str[,int]) internal.htx_blk.data(str)
        B D sint: distcc_param(str[,int]) internal.htx.data internal.htx.free internal.htx.free_data
        B D sint: internal.htx.nbblks internal.htx.size internal.htx.used internal.htx_blk.size(str)
        b C ipv4: dst fc_dst fc_src src
        b L sint: dst_conn fe_client_timeout fe_id so_id
        b C bool: dst_is_local fc_dst_is_local fc_rcvd_proxy fc_src_is_local src_is_local
        b C sint: dst_port fc_dst_port fc_err fc_http_major fc_rtt([str]) fc_src_port sc0_kbytes_in([tab])
        b C sint: sc0_kbytes_out([tab]) sc1_kbytes_in([tab]) sc1_kbytes_out([tab]) sc2_kbytes_in([tab])
        b C sint: sc2_kbytes_out([tab]) sc_kbytes_in(int[,tab]) sc_kbytes_out(int[,tab]) src_bytes_in_rate(tab)
        b C sint: src_bytes_out_rate(tab) src_clr_gpc(int,tab) src_clr_gpc0(tab) src_clr_gpc1(tab) src_conn_cnt(tab)
        b C sint: src_conn_cur(tab) src_conn_rate(tab) src_get_gpc(int,tab) src_get_gpc0(tab) src_get_gpc1(tab)
        b C sint: src_get_gpt(int,tab) src_get_gpt0(tab) src_gpc0_rate(tab) src_gpc1_rate(tab) src_gpc_rate(int,tab)
        b C sint: src_http_err_cnt(tab) src_http_err_rate(tab) src_http_fail_cnt(tab) src_http_fail_rate(tab)
        b C sint: src_http_req_cnt(tab) src_http_req_rate(tab) src_inc_gpc(int,tab) src_inc_gpc0(tab)
        b C sint: src_inc_gpc1(tab) src_kbytes_in(tab) src_kbytes_out(tab) src_port src_sess_cnt(tab)
        b C sint: src_sess_rate(tab) src_updt_conn_cnt(tab)
        b A str: env(str) hostname str(str) unique-id uuid([int])
        b C str: fc_err_str fc_pp_authority fc_pp_unique_id
        B C sint: fc_fackets([str]) fc_lost([str]) fc_reordering([str]) fc_retrans([str]) fc_rttvar([str])
        B C sint: fc_sacked([str]) fc_unacked([str])
        B R str: fcgi.docroot fcgi.index
        b L str: fe_defbe fe_name so_name
        b R ipv4: hdr_ip([str,int]) req.hdr_ip([str,int]) url_ip
        b R bool: http_auth(ul) req.ssl_ec_ext
        b M bool: http_first_req req.proto_http req_proto_http
        B D bool: internal.htx.has_eom
        B D str: internal.htx_blk.hdrname(str) internal.htx_blk.hdrval(str) internal.htx_blk.start_line(str)
        B D str: internal.htx_blk.type(str)
        B I bool: internal.strm.is_htx
        b A ipv4: ipv4(ip4)
        b A ipv6: ipv6(ip6)
        b I str: last_rule_file
        b A meth: meth(str)
        b M meth: method
        b D bin: payload(int,int) payload_lv(int,int[,str])
        b P sint: rep_ssl_hello_type res.body_len res.body_size res.cook_cnt([str]) res.cook_val([str])
        b P sint: res.fhdr_cnt([str]) res.hdr_cnt([str]) res.hdr_val([str,int]) res.len res.ssl_hello_type
        b P sint: scook_cnt([str]) scook_val([str]) shdr_cnt([str]) shdr_val([str,int])
        b P bin: res.body res.hdrs res.hdrs_bin res.payload(int,int) res.payload_lv(int,int[,str])
        B W bool: res.cache_hit
        B W str: res.cache_name
        b V bool: res.comp ssl_bc ssl_bc_is_resumed
        b P str: res.cook([str]) res.fhdr([str,int]) res.hdr([str,int]) res.hdr_names([str]) res.ver resp_ver
        b P str: scook([str]) shdr([str,int])
        b P ipv4: res.hdr_ip([str,int]) shdr_ip([str,int])
        b I bool: sc0_tracked([tab]) sc1_tracked([tab]) sc2_tracked([tab]) sc_tracked(int[,tab]) srv_is_up(srv)
        b I bool: stopping wait_end
        b W sint: srv_id
        b W str: srv_name
        B V bin: ssl_bc_client_random ssl_bc_server_random ssl_bc_session_key
        B V str: ssl_bc_npn
        b V bin: ssl_bc_session_id ssl_bc_unique_id
        b T sint: ssl_c_ca_err ssl_c_ca_err_depth ssl_c_err ssl_c_verify ssl_c_version ssl_f_version
        b T sint: ssl_fc_alg_keysize ssl_fc_err ssl_fc_protocol_hello_id ssl_fc_use_keysize
        B T bin: ssl_c_chain_der ssl_fc_cipherlist_hex([int]) ssl_fc_client_random ssl_fc_server_random
        B T bin: ssl_fc_session_key ssl_s_chain_der ssl_s_der ssl_s_serial ssl_s_sha1
        b T bin: ssl_c_der ssl_c_serial ssl_c_sha1 ssl_f_der ssl_f_serial ssl_f_sha1 ssl_fc_session_id
        b T bin: ssl_fc_unique_id
        b T str: ssl_c_i_dn([str,int,str]) ssl_c_key_alg ssl_c_notafter ssl_c_notbefore ssl_c_s_dn([str,int,str])
        b T str: ssl_c_sig_alg ssl_f_i_dn([str,int,str]) ssl_f_key_alg ssl_f_notafter ssl_f_notbefore
        b T str: ssl_f_s_dn([str,int,str]) ssl_f_sig_alg ssl_fc_alpn ssl_fc_cipher ssl_fc_err_str ssl_fc_protocol
        b T str: ssl_fc_sni
        b T bool: ssl_c_used ssl_fc ssl_fc_has_crt ssl_fc_has_early ssl_fc_has_sni ssl_fc_is_resumed
        B T str: ssl_fc_cipherlist_bin([int]) ssl_fc_cipherlist_str([int]) ssl_fc_client_early_traffic_secret
        B T str: ssl_fc_client_handshake_traffic_secret ssl_fc_client_traffic_secret_0 ssl_fc_early_exporter_secret
        B T str: ssl_fc_ecformats_bin ssl_fc_eclist_bin([int]) ssl_fc_exporter_secret ssl_fc_extlist_bin([int])
        B T str: ssl_fc_npn ssl_fc_server_handshake_traffic_secret ssl_fc_server_traffic_secret_0
        B T str: ssl_s_i_dn([str,int,str]) ssl_s_key_alg ssl_s_notafter ssl_s_notbefore ssl_s_s_dn([str,int,str])
        B T str: ssl_s_sig_alg
        B T sint: ssl_fc_cipherlist_xxh ssl_s_version
        b A any: var(str[,str])
        b+ I sint: act_conn bytes_in bytes_out cur_client_timeout cur_connect_timeout cur_queue_timeout
        b+ I sint: cur_tarpit_timeout
        b+ C sint: accept_date([str]) request_date([str]) fc.timer.handshake fc.timer.total
        B+ C sint: fc_glitches fc_nb_streams fc_settings_streams_limit src_glitch_cnt(tab) src_glitch_rate(tab)
        B+ V sint: bc_glitches bc_nb_streams bc_settings_streams_limit bc_be_queue bc_srv_queue bc_rtt([str])
        B+ V sint: bc_rttvar([str]) bc_reused
        b+ V sint: bc.timer.connect res.timer.data res.timer.hdr res.timer.user txn.status
        b+ M sint: req.timer.hdr req.timer.idle req.timer.queue req.timer.tq txn.timer.total txn.timer.user
        b+ M sint: txn.conn_retries
        b+ M bool: txn.redispatched fc_is_quic
        b+ M str: txn.sess_term_state last_entity waiting_entity
        B+ M bin: fc_pp_tlv(str) req.ungrpc(pb[,str])
        B+ T str: ssl_fc_curve ssl_fc_sigalgs_bin([int]) ssl_fc_supported_versions_bin([int])
        B+ T str: ssl_c_r_dn([str,int,str]) ssl_c_san ssl_fc_ech_status
        B+ T sint: ssl_fc_hsk_err ssl_fc_hsk_err_str ssl_fc_crtname
        B+ V str: ssl_bc_curve ssl_bc_hsk_err ssl_bc_sigalgs_bin
        B+ I sint: sc0_glitch_cnt([tab]) sc0_glitch_rate([tab]) sc_glitch_cnt(int[,tab]) sc_glitch_rate(int[,tab])
        B+ I sint: sc1_glitch_cnt([tab]) sc1_glitch_rate([tab]) sc2_glitch_cnt([tab]) sc2_glitch_rate([tab])
        B+ I sint: quic_enabled
        B+ I str: sc_key(int[,tab]) sc0_key([tab]) sc1_key([tab]) sc2_key([tab])
        b+ A bool: acl(str)
        """u8);
}
